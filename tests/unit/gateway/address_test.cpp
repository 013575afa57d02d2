#include "daemon/gateway/address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::gateway {
namespace {

// "session|path|query|page", or the status of the refusal.
std::string read(std::string_view target) {
  const auto address = read_address(target);
  if (!address) return std::to_string(address.error().status);
  if (address->fault) return std::to_string(address->fault->status) + " " + std::string(address->session);
  std::string all(address->session);
  for (const std::string_view part : {address->path, address->query, address->page}) all.append("|").append(part);
  return all;
}

struct Row {
  std::string_view target;
  std::string_view expected;
};

TEST(Address, IsTakenApart) {
  constexpr Row rows[] = {
      {"/fhir/s1/Observation/1", "s1|/Observation/1||"},
      {"/fhir/s1/Observation?patient=p1&code=http://loinc.org|1-8",
       "s1|/Observation|patient=p1&code=http://loinc.org|1-8|"},
      {"/fhir/-/metadata", "-|/metadata||"},
      {"/fhir/s1", "s1|||"},
      {"/fhir/s1/", "s1|||"},
      {"/fhir/s1?_type=Patient", "s1||_type=Patient|"},
      {"/fhir/s1/?_type=Patient", "s1||_type=Patient|"},
      {"/fhir/s1/Patient?", "s1|/Patient||"},
      {"/fhir/s1/Patient?a=%2e%2e/%2f", "s1|/Patient|a=%2e%2e/%2f|"},
      {"/fhir/s1/Patient?a=/fhir/s2/../x", "s1|/Patient|a=/fhir/s2/../x|"},
      {"/fhir/s1/Patient/p1/%24everything", "s1|/Patient/p1/%24everything||"},
      {"/fhir/-_aZ9/-page/-_aZ9", "-_aZ9|||-_aZ9"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.target), row.expected) << row.target;
}

TEST(Address, IsRefusedWhereItCanBeReadInTwoWays) {
  for (const std::string_view target : {"",
                                        "*",
                                        "fhir/s1",
                                        "http://wardend/fhir/s1",
                                        "/fhir/s1//",
                                        "/fhir/s1/a//b",
                                        "/fhir/s1/a/",
                                        "/fhir/s1/..",
                                        "/fhir/s1/.",
                                        "/fhir/s1/%2e",
                                        "/fhir/s1/%2E%2e/x",
                                        "/fhir/s1/..;a=b/x",
                                        "/fhir/s1/;x",
                                        "/fhir/s1/a%3bb",
                                        "/fhir/s1/a%2fb",
                                        "/fhir/s1/a%5Cb",
                                        "/fhir/s1/a\\b",
                                        "/fhir/s1/a%",
                                        "/fhir/s1/a%4",
                                        "/fhir/s1/a%zz",
                                        "/fhir/s1/a%00",
                                        "/fhir/s1/a%20b",
                                        "/fhir/s1/a%7f",
                                        "/fhir/s1/a%c3%a9",
                                        "/fhir/s1/a b",
                                        "/fhir/s1/a#b",
                                        "/fhir/s1/a?b#c",
                                        "/fhir/s1/a?b=\xc3\xa9",
                                        "/fhir/s1/a?b= c",
                                        "/fhir/s1/a%3Fb",
                                        "/fhir/s1/a%23b",
                                        "/fhir/s1/-page/abc?",
                                        "/fhir/s1/a+%20b",
                                        "/fhir/s1/%252e%252e/x",
                                        "/fhir/s1/a%25b"})
    EXPECT_TRUE(read(target).starts_with("400")) << target;
  EXPECT_EQ(read("/fhir/s1/a//b"), "400 s1") << "whose it is can be said";
}

TEST(Address, HasASessionAndIfAnyAPage) {
  for (const std::string_view target : {"/", "/fhir", "/fhir/", "/fhir//Patient", "/FHIR/s1", "/fhir/s%31/Patient",
                                        "/fhir/s.1/Patient", "/fhir/s1/-page/a/b", "/fhir/s1/-page/a.b"})
    EXPECT_TRUE(read(target).starts_with("404")) << target;
  EXPECT_EQ(read("/fhir/" + std::string(64, 'a') + "/x"), std::string(64, 'a') + "|/x||");
  EXPECT_EQ(read("/fhir/" + std::string(65, 'a') + "/x"), "404");
}

TEST(Address, IsBounded) {
  EXPECT_EQ(read("/fhir/s/" + std::string(2040, 'a')), "s|/" + std::string(2040, 'a') + "||");
  EXPECT_EQ(read("/fhir/s/" + std::string(2041, 'a')), "414");
  EXPECT_EQ(read("/fhir/s?" + std::string(8192, 'a')), "s||" + std::string(8192, 'a') + "|");
  EXPECT_EQ(read("/fhir/s?" + std::string(8193, 'a')), "414");
}

}  // namespace
}  // namespace wardend::gateway
