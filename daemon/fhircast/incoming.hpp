// One message of a hub while it comes in: its text up to a limit, and whether it signs the user out, whatever its size.
#pragma once

#include <cstddef>
#include <vector>

#include "base/secret.hpp"
#include "protocol/fhircast/sign_out_scan.hpp"

namespace wardend::fhircast {

class Incoming {
 public:
  // `topic` is the socket's, and must outlive this.
  explicit Incoming(const Secret& topic) : scan_(topic) {}
  void take(Secret piece);

  [[nodiscard]] SignOutScan& scan() { return scan_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  // Over fhircast::max_message bytes: its text was dropped.
  [[nodiscard]] bool too_large() const { return size_ > max_message; }
  // Takes the text out, in one piece. Empty if it was too large.
  [[nodiscard]] Secret text();

 private:
  SignOutScan scan_;
  std::vector<Secret> pieces_ = {};
  std::size_t size_ = 0;
};

}  // namespace wardend::fhircast
