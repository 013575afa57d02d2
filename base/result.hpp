// What can go wrong, as values: a Result holds a value or an Error, and an Error is one of the closed list in
// errors.hpp. Failures that never leave a module (a lost connection, a parser's complaint) have types of their own
// there.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <variant>

#include "base/errors.hpp"

namespace wardend {

class [[nodiscard]] Error {
 public:
  // From any struct of errors.hpp.
  template <typename E>
    requires std::constructible_from<errors::Any, E> && requires { E::errc; }
  Error(E error) : any_(std::move(error)) {}

  [[nodiscard]] Errc code() const {
    return std::visit([]<typename E>(const E&) { return E::errc; }, any_);
  }
  // A sentence for people that says what is wrong and what to do next: for logs, the audit trail and pages. It holds no
  // secret and names no patient.
  [[nodiscard]] std::string detail() const;

  // The error as what it is; nullptr: it is another one.
  template <typename E>
  [[nodiscard]] const E* as() const {
    return std::get_if<E>(&any_);
  }
  template <typename E>
  [[nodiscard]] E* as() {
    return std::get_if<E>(&any_);
  }
  [[nodiscard]] const errors::Any& any() const { return any_; }

 private:
  errors::Any any_;
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace wardend
