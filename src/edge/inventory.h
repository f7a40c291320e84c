// Inventory: what api@internal tells of the configuration that a runtime serves, in the JSON of Traefik's API. Held by
// the runtime where a router leads to the API; immutable but for what it has written once, any thread. Writing ten
// thousand routers takes its time: not on a worker's loop.
//
// Nothing secret is in it: certificates are not, what the model calls sensitive is hidden, and so are passwords in
// URLs and credentials that a headers middleware adds.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "edge/program_facts.h"
#include "model/snapshot.h"

namespace gatehouse::format {
class JsonWriter;
}

namespace gatehouse::edge {

class ServerStatuses;
struct Problem;

class Inventory {
 public:
  enum class Section : std::uint8_t { kRouters, kServices, kMiddlewares };

  struct Filter {
    std::string search = {};  // in names, and in rules of routers, whatever the case of letters
    std::string status = {};
    std::string service = {};     // of routers
    std::string middleware = {};  // of routers
    std::string sort_by = {};     // as the API names it; empty: by name
    bool descending = false;
    std::size_t page = 1;
    std::size_t per_page = 100;
  };
  struct Page {
    std::string json;
    std::size_t next = 1;  // 1: this is the last one
  };

  // Where a page begins and ends among so many; nullopt: there is no such page.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t next = 1;  // as Page has it
  };
  static std::optional<Range> page_of(std::size_t count, const Filter& filter);

  // Without statuses all servers are up.
  Inventory(const model::Snapshot& snapshot, const std::vector<Problem>& problems, ProgramFacts program,
            std::shared_ptr<const ServerStatuses> statuses = nullptr);

  [[nodiscard]] const std::optional<model::Api>& api() const { return api_; }

  [[nodiscard]] std::shared_ptr<const std::string> raw_data() const;  // written once
  [[nodiscard]] std::string overview() const;
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string entry_points() const;
  [[nodiscard]] std::optional<std::string> entry_point(const std::string& name) const;
  // nullopt: there is no such page.
  [[nodiscard]] std::optional<Page> list(Section section, const Filter& filter) const;
  // What is wrong, object by object, whatever it is about.
  [[nodiscard]] std::string issues() const;
  [[nodiscard]] std::optional<std::string> find(Section section, const std::string& name) const;

 private:
  // Names of the routers that use a thing, by its name.
  using UsedBy = std::map<std::string, std::set<std::string>, std::less<>>;

  [[nodiscard]] UsedBy used_by(Section section) const;
  // Of "router whoami@docker": enabled, disabled or, where it serves but not as it was meant, warning.
  [[nodiscard]] std::string_view status_of(Section section, const std::string& name) const;
  [[nodiscard]] std::vector<std::string> errors_of(Section section, const std::string& name) const;
  void write_state(format::JsonWriter& writer, Section section, const std::string& name) const;
  void write_counts_of(format::JsonWriter& writer, Section section) const;
  [[nodiscard]] std::string type_name(Section section, const std::string& name) const;
  [[nodiscard]] std::string sort_key(Section section, const std::string& name, std::string_view by) const;
  [[nodiscard]] bool keeps(Section section, std::string_view name, const Filter& filter) const;
  // The object of a name that is in the section; lists name it, the raw data have it as the key.
  void write(format::JsonWriter& writer, Section section, const std::string& name, const UsedBy& users,
             bool named) const;
  void write_router(format::JsonWriter& writer, const model::SnapshotRouter& router) const;
  void write_service(format::JsonWriter& writer, const std::string& name, const UsedBy& users, bool named) const;
  void write_middleware(format::JsonWriter& writer, const std::string& name, const UsedBy& users, bool named) const;
  void write_section(format::JsonWriter& writer, Section section) const;
  [[nodiscard]] std::vector<std::string> names(Section section) const;

  ProgramFacts program_;
  std::optional<model::Api> api_;
  bool has_access_log_;
  bool has_tracing_;
  bool has_metrics_;
  std::map<std::string, model::EntryPoint> entry_points_;
  std::map<std::string, model::SnapshotRouter> routers_;
  std::map<std::string, model::HttpService> services_;  // and ours that routers lead to, which are empty
  std::map<std::string, model::Middleware> middlewares_;
  std::map<std::string, std::vector<std::string>> issues_;  // by object: "router whoami@docker"
  std::set<std::string> disabled_;                          // objects that do not serve
  std::shared_ptr<const ServerStatuses> statuses_;
  mutable std::atomic<std::shared_ptr<const std::string>> raw_data_;
};

}  // namespace gatehouse::edge
