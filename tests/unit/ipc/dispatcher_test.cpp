#include "ipc/dispatcher.hpp"

#include <gtest/gtest.h>

#include "ipc/interface/broker.hpp"
#include "tests/fuzz/trivial_service.hpp"

namespace wardend::ipc {
namespace {

TEST(Dispatcher, FindsAMethodByItsExactName) {
  fuzz::TrivialBroker handler;
  const broker::Dispatcher dispatcher(handler);
  const auto all = dispatcher.methods();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(dispatcher.find_method(all[i].name), i) << all[i].name;
  for (const char* name : {"", "getToken", "GetToken ", "GetTokens", "org.wardend.Broker.GetToken"})
    EXPECT_EQ(dispatcher.find_method(name), std::nullopt) << name;
}

}  // namespace
}  // namespace wardend::ipc
