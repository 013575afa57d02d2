#include "daemon/service/user_look_up.hpp"

#include <pwd.h>

#include <cerrno>
#include <vector>

namespace wardend::service {
namespace {

constexpr std::size_t largest_entry = 1024UL * 1024;

// Blocks. Spec: getpwnam(3); a user that is not there is 0 or one of several numbers.
std::expected<uid_t, LookUpFailure> ask_directory(const std::string& name) {
  for (std::size_t room = 16UL * 1024; room <= largest_entry; room *= 4) {
    std::vector<char> buffer(room);
    passwd entry{};
    passwd* found = nullptr;
    const int failed = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found != nullptr) return found->pw_uid;
    if (failed == ERANGE) continue;
    const bool unknown = failed == 0 || failed == ENOENT || failed == ESRCH || failed == EBADF || failed == EPERM;
    return std::unexpected(unknown ? LookUpFailure::unknown : LookUpFailure::no_answer);
  }
  return std::unexpected(LookUpFailure::no_answer);
}

}  // namespace

asio::awaitable<std::expected<uid_t, LookUpFailure>> look_up_user(Worker& worker, std::string name) {
  const auto answer =
      co_await worker.run_for(look_up_patience, [name = std::move(name)] { return ask_directory(name); });
  co_return answer.value_or(std::unexpected(LookUpFailure::no_answer));
}

}  // namespace wardend::service
