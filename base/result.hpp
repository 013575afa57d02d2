// What can go wrong, as values: a Result holds a value or an Error, and an Error is one of the closed list in
// errors.hpp. Failures that never leave a module (a lost connection, a parser's complaint) have types of their own
// there.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/errors.hpp"

namespace wardend {

// What its variant needs is compiled once, in result.cpp: in each file that sees an Error it would cost a second. Its
// members are elsewhere on the heap, as every coroutine keeps room for an Error, and nearly none has one. Of one that
// was moved from nothing may be asked.
class [[nodiscard]] Error {
 public:
  // From any struct of errors.hpp.
  template <typename E>
    requires requires { E::errc; }
  Error(E error);
  Error(const Error& other);
  Error(Error&& other) noexcept;
  Error& operator=(const Error& other);
  Error& operator=(Error&& other) noexcept;
  ~Error();

  [[nodiscard]] Errc code() const;
  // A sentence for people that says what is wrong and what to do next: for logs, the audit trail and pages. It holds no
  // secret and names no patient.
  [[nodiscard]] std::string detail() const;

  // The ids of the sessions that it names, which a clear of one of them takes back with it.
  [[nodiscard]] std::vector<std::string> sessions() const;

  // The error as what it is; nullptr: it is another one.
  template <typename E>
  [[nodiscard]] const E* as() const {
    return std::get_if<E>(any_.get());
  }
  template <typename E>
  [[nodiscard]] E* as() {
    return std::get_if<E>(any_.get());
  }
  [[nodiscard]] const errors::Any& any() const { return *any_; }

 private:
  std::unique_ptr<errors::Any> any_;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace wardend
