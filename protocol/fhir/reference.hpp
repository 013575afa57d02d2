// What the text of a reference says, in whatever form. No I/O.
// Spec: FHIR R4, references (literal, contained, within a Bundle, conditional)
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/fhir/base_url.hpp"

namespace wardend::fhir {

enum class ReferenceForm : std::uint8_t {
  here,       // Type/id of this server, relative or absolute, with or without a version
  elsewhere,  // absolute, of another server or no FHIR server
  entry,      // urn:uuid: or urn:oid:, of a Bundle's entry
  contained,  // "#id"; "#" alone has no id
  query,      // Type?..., which the server looks for
  malformed,  // relative, or at this server, and not as FHIR has it
};

// Views into the text that was read.
struct ReferenceText {
  ReferenceForm form = ReferenceForm::malformed;
  std::string_view type =
      {};  // here, query: the type; elsewhere: where it ends like Type/id, else one that it speaks of, as in malformed
  std::string_view id = {};        // here: the id; entry: the whole text; contained: without its "#"
  bool same_host = false;          // elsewhere: on the host of the base, outside of it
  bool speaks_of_patient = false;  // elsewhere, malformed: "patient" is a part of its path, in whatever case or escape
};

// Nothing is followed and nothing is decoded twice. What could be read as a patient by a server that is less strict
// than FHIR is never `here` and never of another type. The work grows with the length of `text`.
[[nodiscard]] ReferenceText read_reference(std::string_view text, const BaseUrl& base);

// Whether an address, of any front of any server, ends with Type/id or with a version of that; an empty id: any.
[[nodiscard]] bool leads_to(std::string_view address, std::string_view type, std::string_view id);

}  // namespace wardend::fhir
