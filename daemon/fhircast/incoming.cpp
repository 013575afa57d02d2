#include "daemon/fhircast/incoming.hpp"

#include <algorithm>
#include <utility>

namespace wardend::fhircast {

void Incoming::take(Secret piece) {
  scan_.take(piece.reveal());
  if (too_large()) return;
  size_ += piece.size();
  if (too_large())
    pieces_.clear();
  else
    pieces_.push_back(std::move(piece));
}

Secret Incoming::text() {
  if (too_large()) return {};
  if (pieces_.size() == 1) return std::move(pieces_.front());
  return Secret::written(size_, [this](char* to) {
    for (const Secret& piece : pieces_) to = std::ranges::copy(piece.reveal(), to).out;
    return size_;
  });
}

}  // namespace wardend::fhircast
