// AnsweringServer: a backend that answers by itself, on a thread of its own, for tests that care about who is asked and
// not about bytes. Requests with content must declare its length.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "wire/peer.h"

namespace gatehouse::tests {

std::string reply_with(int status, std::string_view content, std::string_view fields = "");

class AnsweringServer {
 public:
  // From a request (head and content) to the bytes of its response; empty: none, and the connection stays open.
  using Answer = std::function<std::string(const std::string& request)>;

  explicit AnsweringServer(Answer answer);
  explicit AnsweringServer(std::string content)
      : AnsweringServer([content](const std::string&) { return reply_with(200, content); }) {}

  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  void answer_with(Answer answer);
  [[nodiscard]] std::vector<std::string> requests() const;
  [[nodiscard]] std::size_t count() const { return requests().size(); }

 private:
  void run(const std::stop_token& stop);
  std::string respond(std::string request);

  Server server_;
  mutable std::mutex mutex_;
  Answer answer_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace gatehouse::tests
