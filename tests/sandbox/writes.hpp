// What an app writes into the simulated EHR: kept in memory as one more version, and gone with the program. Whether the
// token opens it has been looked at before.
// Spec: FHIR R4 RESTful API: create, update, patch, delete, and what they say of versions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/shelf.hpp"

namespace wardend::sandbox {

inline constexpr std::size_t most_resource_bytes = 256UL * 1024;

struct Write {
  std::string method = {};        // POST, PUT, PATCH or DELETE
  std::string type = {};          // Observation
  std::string id = {};            // of a POST: the id that it gets; empty: the next one
  std::string if_match = {};      // W/"2"; empty: any version
  std::string content_type = {};  // of the body
  std::string body = {};
};

// The letter of SMART v2 that a method needs: c, u or d; nullopt for a method that writes nothing.
[[nodiscard]] std::optional<char> letter_of(std::string_view method);
// What stands there now, written or made up; nullopt: never anything. An empty resource: deleted.
[[nodiscard]] std::optional<Shelf::Kept> standing(const Shelf& shelf, const std::string& type, const std::string& id);
// The record as a reply, with its ETag.
[[nodiscard]] Reply record_reply(const std::string& resource, const std::string& version);
// 201, 200, or an OperationOutcome that says what is wrong; then nothing has changed.
[[nodiscard]] Reply write(Shelf& shelf, const Write& what, const Settings& settings, WallTime now);

}  // namespace wardend::sandbox
