// What tells a document of a server from another one: by its bytes, and by what it says. Two documents say the same
// where they differ in whitespace, in the order of members or list entries, or in what a server makes anew for each
// request. Pure.
#pragma once

#include <optional>
#include <string>

#include "daemon/verify/evidence.hpp"
#include "daemon/verify/report.hpp"

namespace wardend::verify {

struct Imprint {
  std::string digest = {};   // SHA-256 of the bytes, in hexadecimal
  std::string content = {};  // the same of what it says; empty: no such document was had
  std::string etag = {};     // as the server wrote it; empty: none
  friend bool operator==(const Imprint&, const Imprint&) = default;
};

// Of a server's two documents.
struct Imprints {
  Imprint smart = {};
  Imprint metadata = {};
  friend bool operator==(const Imprints&, const Imprints&) = default;
};

// What a document says, as 64 hexadecimal digits. nullopt: what came is no such document, whatever its status: a page,
// another resource, JSON that names no endpoint. Left out are the statement's date, id, meta and text, and a Bundle
// around it. The work grows with the length of the body.
[[nodiscard]] std::optional<std::string> content_of(Source source, const Received& received);

}  // namespace wardend::verify
