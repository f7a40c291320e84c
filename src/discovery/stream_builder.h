// The TCP and UDP part of a snapshot, as the rest of it is built: names are qualified, defaults filled in, files read,
// and what is wrong takes out the one router that it concerns. For the length of a build.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "discovery/file_contents.h"
#include "model/dynamic.h"
#include "model/snapshot.h"
#include "model/static.h"

namespace gatehouse::discovery {

class StreamBuilder {
 public:
  // What the rest of the build does with what is found here.
  struct Outlet {
    std::function<void(std::string object, std::string message)> report;
    std::function<void(const std::string& resolver, const std::vector<std::string>& names)> need_certificate;
    std::function<void(const std::string& host)> serve_tls_host;
  };

  StreamBuilder(const model::StaticConfig& config, FileContents& files, model::Snapshot& snapshot, Outlet outlet);

  // For all providers, before the first router.
  void add_objects(const std::string& provider, const model::DynamicConfig& config);
  void add_routers(const std::string& provider, const model::DynamicConfig& config);

 private:
  template <class T>
  void keep(std::map<std::string, T>& into, const std::string& kind, const std::string& name, T object);
  void add_transport(const std::string& name, model::TcpServersTransport transport);
  void add_router(const std::string& provider, const std::string& name, const model::TcpRouter& config);
  void add_router(const std::string& provider, const std::string& name, const model::UdpRouter& config);
  void add_certificates(const std::string& object, const model::SnapshotTcpRouter& router,
                        const model::TcpRouterTls& tls);
  std::vector<std::string> entry_points_of(const std::string& object, const std::vector<std::string>& wanted,
                                           bool udp) const;
  std::string find_missing(const model::SnapshotTcpRouter& router) const;
  std::string describe(const std::string& kind, const std::string& name) const;

  const model::StaticConfig& config_;
  FileContents& files_;
  model::Snapshot& snapshot_;
  Outlet outlet_;
  std::map<std::string, std::string> broken_;  // "tcp middleware x@file" -> why
};

}  // namespace gatehouse::discovery
