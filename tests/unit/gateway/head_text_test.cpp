#include "daemon/gateway/head_text.hpp"

#include <gtest/gtest.h>

namespace wardend::gateway {
namespace {

TEST(HeadText, HasItsFieldsAndThenHowItEnds) {
  EXPECT_EQ(head_text({.status = 200, .headers = {{"etag", "W/\"1\""}, {"x-request-id", "r1"}}},
                      {.keep_alive = true, .length = 12}),
            "HTTP/1.1 200 OK\r\netag: W/\"1\"\r\nx-request-id: r1\r\nContent-Length: 12\r\n\r\n");
  EXPECT_EQ(head_text({.status = 200}, {.keep_alive = true, .chunked = true}),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(head_text({.status = 204}, {.keep_alive = true}), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(HeadText, SaysWhatBecomesOfTheConnectionWhereTheVersionDoesNot) {
  EXPECT_EQ(head_text({.status = 404}, {}), "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(head_text({.status = 200}, {.version = 10, .keep_alive = true}),
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(head_text({.status = 200}, {.version = 10}), "HTTP/1.0 200 OK\r\n\r\n");
}

TEST(HeadText, OfAStatusWithoutANameIsStillOne) {
  EXPECT_TRUE(head_text({.status = 299}, {}).starts_with("HTTP/1.1 299 "));
}

}  // namespace
}  // namespace wardend::gateway
