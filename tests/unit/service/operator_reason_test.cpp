#include "daemon/service/operator_reason.hpp"

#include <gtest/gtest.h>

namespace wardend::service {
namespace {

TEST(OperatorReason, IsRefusedWithoutAWord) {
  for (const char* said : {"", "  ", "\t", "\u200b", "?"}) {
    const auto reason = operator_reason(said);
    ASSERT_FALSE(reason) << said;
    EXPECT_EQ(reason.error().code(), Errc::InvalidTarget);
    EXPECT_EQ(reason.error().detail(), "the reason has no word in it: say why, for the audit trail");
  }
}

TEST(OperatorReason, IsKeptFitToBeShown) {
  EXPECT_EQ(operator_reason("wrong doses").value(), "wrong doses");
  EXPECT_LE(operator_reason(std::string(1000, 'x')).value().size(), 260U);
}

}  // namespace
}  // namespace wardend::service
