#include "daemon/fhircast/incoming.hpp"

#include <gtest/gtest.h>

#include "protocol/fhircast/message.hpp"

namespace wardend::fhircast {
namespace {

const Secret& topic() {
  static const Secret secret("t1");
  return secret;
}

TEST(Incoming, PutsItsPiecesTogether) {
  Incoming message(topic());
  for (const char* piece : {"ab", "", "c", "def"}) message.take(Secret(piece));
  EXPECT_EQ(message.size(), 6U);
  EXPECT_EQ(message.text().reveal(), "abcdef");
  Incoming one(topic());
  one.take(Secret("whole"));
  EXPECT_EQ(one.text().reveal(), "whole");
  EXPECT_TRUE(Incoming(topic()).text().empty());
}

TEST(Incoming, DropsATextThatIsTooLargeAndStillFindsASignOut) {
  Incoming message(topic());
  message.take(Secret(std::string(max_message, ' ')));
  EXPECT_FALSE(message.too_large());
  EXPECT_EQ(message.text().size(), max_message);
  Incoming larger(topic());
  larger.take(Secret(std::string(max_message, ' ')));
  larger.take(Secret(R"({"event":{"hub.event":"UserLogout","hub.topic":"t1"}})"));
  EXPECT_TRUE(larger.too_large());
  EXPECT_TRUE(larger.text().empty());
  EXPECT_EQ(larger.scan().at_end(), SignOutScan::Finding::sign_out);
}

}  // namespace
}  // namespace wardend::fhircast
