// How much memory the bodies of requests have: of a user, and of all. A small one does not count, so that a large one
// keeps nobody's note out.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>

#include "base/result.hpp"

namespace wardend::gateway {

class BodyRoom {
 public:
  static constexpr std::size_t small = 64UL * 1024;
  static constexpr std::size_t of_a_user = 8UL * 1024 * 1024;
  static constexpr std::size_t of_all = 64UL * 1024 * 1024;

  // What one request has of it, until it goes.
  class Share {
   public:
    Share(BodyRoom& room, uid_t user) : room_(room), user_(user) {}
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share();
    // Takes so much in all. RateLimited: there is no room for it, and the share is as it was.
    [[nodiscard]] Result<void> grow_to(std::size_t bytes);

   private:
    BodyRoom& room_;
    uid_t user_;
    std::size_t taken_ = 0;
  };

  [[nodiscard]] std::size_t taken() const { return all_; }

 private:
  std::map<uid_t, std::size_t> users_;  // nobody with nothing
  std::size_t all_ = 0;
};

}  // namespace wardend::gateway
