#include "daemon/audit/record_bytes.hpp"

#include <gtest/gtest.h>

#include "daemon/audit/line.hpp"
#include "tests/support/audit_records.hpp"

namespace wardend::audit {
namespace {

constexpr WallTime at{std::chrono::milliseconds(1'800'000'000'007)};

AuditRecord full() {
  AuditRecord record = test::record_of_kind(AuditKind::write);
  record.granted().result = "PatientMismatch";
  record.action = "act";
  record.app = "vitals";
  record.server = "ehr";
  record.session = "s1";
  record.login_session = "c1";
  record.epoch = 5;
  record.uid = 1000;
  record.pid = 77;
  record.unit = "x.service";
  record.subject = "Practitioner/1";
  record.patient = "p1";
  record.reason = "because";
  record.detail = std::string("more\0of it", 10);
  record.request_id = "r1";
  record.fhir_base_url = "https://ehr/fhir";
  record.interaction = "read";
  record.resource = "Observation/7";
  record.query = "code=1";
  record.done_at = at - 1s;
  record.tokens = 4;
  record.accesses = 0;
  record.count = 3;
  return record;
}

TEST(RecordBytes, EveryFieldComesBack) {
  for (const AuditRecord& record : {full(), test::record_of_kind(AuditKind::token), [] {
                                      AuditRecord root = test::record_of_kind(AuditKind::control);
                                      root.uid = 0;
                                      root.epoch = 0;
                                      return root;
                                    }()}) {
    const std::string bytes = to_bytes(record, at);
    const auto back = from_bytes(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->at, at);
    EXPECT_EQ(members_of(back->record, at, {}), members_of(record, at, {}));
  }
}

TEST(RecordBytes, WhatIsTooLongIsCutOff) {
  AuditRecord record = test::record_of_kind(AuditKind::token);
  record.detail = std::string(longest_text + 1, 'x');
  record.reason = std::string(longest_text, 'y');
  const std::string bytes = to_bytes(record, at);
  const auto back = from_bytes(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->record.detail, std::string(longest_text, 'x') + "...");
  EXPECT_EQ(back->record.reason, record.reason);
}

TEST(RecordBytes, APartIsNone) {
  const std::string bytes = to_bytes(full(), at);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(from_bytes(std::string_view(bytes).substr(0, size)));
  EXPECT_FALSE(from_bytes(bytes + "x"));
}

}  // namespace
}  // namespace wardend::audit
