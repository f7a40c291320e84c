#include "model/snapshot.h"

#include <fmt/format.h>

#include "format/json.h"
#include "model/json_codec.h"

namespace gatehouse::model {

namespace {

constexpr std::string_view kVersionMember = "version";

base::Failure broken(base::ErrorCode code, std::string_view what) {
  return base::fail(code, base::Fault::kInternal, fmt::format("the snapshot from control {}", what));
}

}  // namespace

std::string encode(const Snapshot& snapshot) {
  format::JsonWriter writer;
  writer.begin_object().key(kVersionMember).integer(kSnapshotVersion);
  write_members(writer, type_of<Snapshot>(), &snapshot, JsonStyle::kWire);
  writer.end_object();
  return writer.take();
}

base::Result<Snapshot> decode(std::string_view text) {
  if (text.size() > kSnapshotBytesMax) {
    return broken(base::ErrorCode::kLimit,
                  fmt::format("has {} bytes, more than the {} that are taken", text.size(), kSnapshotBytesMax));
  }
  const auto document = format::JsonDocument::parse(text);
  if (!document) return base::fail(document.error().within("the snapshot from control"));
  const auto version = document->root().find(kVersionMember).integer();
  if (!version) return broken(base::ErrorCode::kInvalid, "has no version");
  if (*version != kSnapshotVersion) {
    return broken(base::ErrorCode::kUnsupported,
                  fmt::format("has version {}, and this edge reads {}: restart the edge with control's executable",
                              *version, kSnapshotVersion));
  }
  Snapshot snapshot;
  if (const auto problem = read_members(type_of<Snapshot>(), &snapshot, document->root(), kVersionMember);
      !problem.empty()) {
    return broken(base::ErrorCode::kInvalid, "is broken: " + named(problem));
  }
  return snapshot;
}

}  // namespace gatehouse::model
