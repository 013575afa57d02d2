// What a method gives: its reply, or the error that its caller is told.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.hpp"

namespace wardend::service {

template <typename Reply>
using Answer = asio::awaitable<Result<Reply>>;

}  // namespace wardend::service
