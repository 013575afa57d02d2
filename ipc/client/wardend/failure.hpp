// Why a call brought no reply. A refusal is the broker's own word, with the error's name and members; everything else
// is about the way to the broker and back. Nothing here explains an error to people: that is for the program.
#pragma once

#include <expected>
#include <string>

namespace wardend::client {

struct [[nodiscard]] Failure {
  enum class Kind {
    unreachable,    // no socket there, or nobody listening: is the service running?
    not_permitted,  // the socket may not be opened
    timed_out,      // connected or asked, and no answer in time: the connection is of no further use
    closed,         // the broker closed the connection: connect again
    protocol,       // what came is not Varlink, too large, or lacks a member
    refused,        // a Varlink error: `error` and `parameters_json` are set
  };
  Kind kind = Kind::protocol;
  // Of a refusal: the qualified name ("org.wardend.Broker.UnknownSession"), and its members as a JSON object.
  std::string error = {};
  std::string parameters_json = "{}";
  // Of the others: a sentence for people. It never quotes what was received.
  std::string detail = {};
};

template <typename T>
using Outcome = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> failure(Failure::Kind kind, std::string detail) {
  return std::unexpected(Failure{.kind = kind, .detail = std::move(detail)});
}

}  // namespace wardend::client
