// The app at the other end: it sent a request, and takes the answer. The gateway sees this of a connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "daemon/gateway/fields.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/caller.hpp"

namespace wardend::gateway {

struct ReplyHead {
  int status = 200;
  Fields headers = {};
};

class Client {
 public:
  virtual ~Client() = default;
  [[nodiscard]] virtual const ipc::Caller& caller() const = 0;
  // Of the caller's login session when it connected.
  [[nodiscard]] virtual workstation::EpochNumber epoch() const = 0;

  // The body of the request, once. Errors: TooLarge; InvalidRequest (it broke off, or is not framed as HTTP has it).
  [[nodiscard]] virtual asio::awaitable<Result<Secret>> body(std::size_t most) = 0;

  // A whole answer; or one whose body comes in parts, with its length where that is known. False: nobody takes it any
  // more.
  [[nodiscard]] virtual asio::awaitable<bool> reply(ReplyHead head, Secret body) = 0;
  [[nodiscard]] virtual asio::awaitable<bool> begin(ReplyHead head, std::optional<std::uint64_t> length) = 0;
  [[nodiscard]] virtual asio::awaitable<bool> write(Secret part) = 0;
  [[nodiscard]] virtual asio::awaitable<bool> end() = 0;

  // Of an answer that has begun nothing more is sent, and its reader sees that it broke off. One that has not begun can
  // still be another.
  virtual void cut() = 0;
};

}  // namespace wardend::gateway
