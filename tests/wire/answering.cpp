#include "wire/answering.h"

#include <memory>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "base/parse_int.h"
#include "base/text.h"

namespace gatehouse::tests {

namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

// The size of the first request in the text; 0 when it is not complete.
std::size_t request_size(std::string_view text) {
  const auto end = text.find(kHeadEnd);
  if (end == std::string_view::npos) return 0;
  constexpr std::string_view kLength = "content-length: ";
  const auto lower = base::to_lower(text.substr(0, end));
  std::size_t content = 0;
  if (const auto at = lower.find(kLength); at != std::string::npos) {
    const auto line = std::string_view(lower).substr(at + kLength.size());
    content = base::parse_int<std::size_t>(line.substr(0, line.find('\r'))).value();
  }
  const auto size = end + kHeadEnd.size() + content;
  return size <= text.size() ? size : 0;
}

struct Conversation {
  Peer peer;
  std::string input;
};

}  // namespace

std::string reply_with(int status, std::string_view content, std::string_view fields) {
  return fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: {}\r\n{}\r\n{}", status, content.size(), fields, content);
}

AnsweringServer::AnsweringServer(Answer answer)
    : answer_(std::move(answer)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void AnsweringServer::answer_with(Answer answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<std::string> AnsweringServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string AnsweringServer::respond(std::string request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  return answer_(requests_.back());
}

void AnsweringServer::run(const std::stop_token& stop) {
  std::vector<std::unique_ptr<Conversation>> open;
  while (!stop.stop_requested()) {
    if (!server_.is_quiet(std::chrono::milliseconds(0))) {
      open.push_back(std::make_unique<Conversation>(Conversation{server_.accept(), {}}));
    }
    std::vector<pollfd> polled;
    for (const auto& one : open) polled.push_back({one->peer.fd(), POLLIN, 0});
    ::poll(polled.data(), polled.size(), 1);
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      auto& [peer, input] = *open[i];
      char block[4096];
      const auto count = ::read(peer.fd(), block, sizeof block);
      if (count <= 0) {
        open[i].reset();
        continue;
      }
      input.append(block, static_cast<std::size_t>(count));
      while (const auto size = request_size(input)) {
        const auto response = respond(input.substr(0, size));
        input.erase(0, size);
        if (!response.empty()) peer.send(response);
      }
    }
    std::erase(open, nullptr);
  }
}

}  // namespace gatehouse::tests
