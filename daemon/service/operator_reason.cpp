#include "daemon/service/operator_reason.hpp"

#include "base/has_word.hpp"
#include "base/text.hpp"

namespace wardend::service {

Result<std::string> operator_reason(const std::string& said) {
  constexpr std::size_t longest = 256;
  if (!has_word(said)) return fail(errors::InvalidTarget{"the reason has no word in it: say why, for the audit trail"});
  return printable(said, longest);
}

}  // namespace wardend::service
