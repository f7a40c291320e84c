#include "sys/account.h"

#include <cerrno>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace gatehouse::sys {

base::Result<User> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> text(16 * 1024);
  const int error = ::getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found);
  if (error != 0) return base::fail_errno(error, "cannot look up the user " + name);
  if (found == nullptr) {
    return base::fail(base::ErrorCode::kNotFound, base::Fault::kOperator, "there is no user " + name);
  }
  return User{.name = name, .uid = entry.pw_uid, .gid = entry.pw_gid};
}

bool is_root() { return ::geteuid() == 0; }

bool become(const User& user) {
  // The bounding set first, while we still may; the other sets are emptied by leaving user id 0.
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return false;
  }
  if (::setgroups(0, nullptr) != 0) return false;
  if (::setresgid(user.gid, user.gid, user.gid) != 0) return false;
  if (::setresuid(user.uid, user.uid, user.uid) != 0) return false;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return ::setresuid(0, 0, 0) != 0;  // there must be no way back
}

}  // namespace gatehouse::sys
