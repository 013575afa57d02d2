// Calls a function when a scope ends, however it ends: by a return, an exception, or a coroutine that is cancelled.
#pragma once

#include <utility>

namespace wardend {

template <typename Call>
class [[nodiscard]] ScopeExit {
 public:
  // `call` must not throw.
  explicit ScopeExit(Call call) : call_(std::move(call)) {}
  ScopeExit(const ScopeExit&) = delete;
  ScopeExit& operator=(const ScopeExit&) = delete;
  ~ScopeExit() { call_(); }

 private:
  Call call_;
};

}  // namespace wardend
