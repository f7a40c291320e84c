#include "edge/middleware/side_request.h"

namespace gatehouse::edge {

using http::FieldId;

namespace {

constexpr http::FieldIdSet kAboutContent = {
    FieldId::kContentLength,
    FieldId::kContentType,
    FieldId::kContentEncoding,
    FieldId::kTrailer,
};

}  // namespace

SideRequest::SideRequest(Exchange& exchange)
    : exchange_(exchange),
      request_(std::move(exchange.request)),
      target_(exchange.target),
      body_(std::move(exchange.request_body)),
      upgrade_(exchange.upgrade) {
  exchange_.upgrade = {};
  exchange_.request = request_.clone();
  exchange_.request.method = http::Method::of(http::MethodId::kGet);
  exchange_.request.fields.remove(kAboutContent);
}

SideRequest::~SideRequest() {
  exchange_.request = std::move(request_);
  exchange_.target = target_;
  exchange_.request_body = std::move(body_);
  exchange_.upgrade = upgrade_;
}

void SideRequest::set_target(std::string_view path_and_query) {
  auto& target = exchange_.target;
  auto& storage = exchange_.request.storage();
  path_and_query = storage.copy(path_and_query);
  const auto question_mark = path_and_query.find('?');
  target.form = http::TargetForm::kOrigin;
  target.has_query = question_mark != std::string_view::npos;
  target.query = target.has_query ? path_and_query.substr(question_mark + 1) : std::string_view();
  if (!target.set_path(path_and_query.substr(0, question_mark), http::PathCleaning::kOn, storage)) {
    target.path = target.routing_path = "/";
  }
}

}  // namespace gatehouse::edge
