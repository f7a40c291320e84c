// ChallengePublisher: makes this server answer an HTTP-01 challenge (RFC 8555 section 8.3): a request for
// /.well-known/acme-challenge/<token> on port 80 gets the key authorisation. Implemented by control, which hands it to
// the edge; one loop's thread.
#pragma once

#include <string>

#include "async/task.h"
#include "base/result.h"

namespace gatehouse::acme {

class ChallengePublisher {
 public:
  virtual ~ChallengePublisher() = default;
  ChallengePublisher(const ChallengePublisher&) = delete;
  ChallengePublisher& operator=(const ChallengePublisher&) = delete;

  // Done once requests are answered: the authority may ask at once.
  virtual async::Task<base::Result<void>> publish(std::string token, std::string key_authorisation,
                                                  std::string host) = 0;
  // The token is of no use any more. Must not wait: it is called when a task is dropped, too.
  virtual void withdraw(const std::string& token) = 0;

 protected:
  ChallengePublisher() = default;
};

}  // namespace gatehouse::acme
