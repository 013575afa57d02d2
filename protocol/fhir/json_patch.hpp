// A JSON Patch, read and applied, so that what it comes to can be judged. No I/O.
// Spec: RFC 6902; RFC 6901 for the pointers; FHIR R4, RESTful API, patch
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace wardend::fhir {

inline constexpr std::size_t most_patch_operations = 128;
inline constexpr std::size_t most_patched_values = 40'000;        // that all operations together bring
inline constexpr std::size_t most_patched_bytes = 1024UL * 1024;  // of text among these
inline constexpr std::size_t longest_pointer = 1024;

enum class PatchVerb : std::uint8_t { add, remove, replace, move, copy, test };

// One operation. `path` and `from` are pointers as written: "/subject/reference".
struct PatchOperation {
  PatchVerb verb = PatchVerb::test;
  std::string path = {};
  std::string from = {};  // move, copy
};

// `reason` is a sentence; `path` is the operation, as "patch[2]", or empty.
struct PatchFault {
  std::string reason;
  std::string path = {};
};

// The operations. A fault: no JSON Patch, more than 128 operations, or an operation that RFC 6902 does not have. A
// Parameters resource (FHIRPath Patch) is refused by that name.
[[nodiscard]] std::expected<std::vector<PatchOperation>, PatchFault> read_patch(const nlohmann::json& patch);

// The document as the patch leaves it. A fault: as read_patch(), an operation that cannot be carried out, a test that
// fails, or more values than the limits above.
[[nodiscard]] std::expected<nlohmann::json, PatchFault> patched(const nlohmann::json& document,
                                                                const nlohmann::json& patch);

}  // namespace wardend::fhir
