// Whether a hub's message signs its user out: found while the message still comes in, in constant memory, whatever its
// size, and before anything else of it is judged. Where the envelope cannot be read, any word that is a sign-out's name
// counts: one clear too many costs a launch, one too few shows the last user's patients.
// Spec: HL7 FHIRcast 3.0.0 (STU3), UserLogout, UserHibernate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"
#include "protocol/fhircast/envelope_scan.hpp"
#include "protocol/fhircast/name_search.hpp"

namespace wardend::fhircast {

class SignOutScan {
 public:
  // `topic` is the socket's, and must outlive the scan.
  explicit SignOutScan(const Secret& topic) : envelope_(topic) {}
  // The next bytes of one message.
  void take(std::string_view piece);

  enum class Finding : std::uint8_t {
    none,
    sign_out,     // of this socket's topic, or of none
    unreadable,   // a sign-out's name stands in what cannot be read: counts as one
    other_topic,  // a sign-out of another topic
  };
  // Before the message is complete: sign_out as soon as its event has ended, else none.
  [[nodiscard]] Finding so_far() const;
  // The message is complete, or will never be.
  [[nodiscard]] Finding at_end();
  // After at_end() or so_far() found one: user_logout or user_hibernate.
  [[nodiscard]] EventKind kind() const;
  // The JSON text of the message's id, for acknowledgement(). nullopt: it has none that can be sent back.
  [[nodiscard]] std::optional<std::string> id() const;

 private:
  NameSearch names_ = {};
  EnvelopeScan envelope_;
};

}  // namespace wardend::fhircast
