// Users by name, as the system's directory knows them (NSS): a file, or a server that may not answer.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <string>

#include "base/worker.hpp"

namespace wardend::service {

enum class LookUpFailure {
  unknown,    // the directory has no such user
  no_answer,  // the directory failed, or did not answer in time: the user may exist
};

inline constexpr Duration look_up_patience = 1s;

// The uid of `name`. Takes `look_up_patience` at most; at once `no_answer` while an earlier look-up still hangs.
[[nodiscard]] asio::awaitable<std::expected<uid_t, LookUpFailure>> look_up_user(Worker& worker, std::string name);

}  // namespace wardend::service
