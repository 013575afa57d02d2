#include "daemon/verify/saved_documents.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

class SavedDocuments : public testing::Test {
 protected:
  SavedDocuments() { std::filesystem::create_directory(path); }
  void save(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
  [[nodiscard]] std::expected<Evidence, std::string> evidence() const {
    return read_saved_documents(path, comparison.server);
  }

  wardend::test::TemporaryFolder folder;
  std::filesystem::path path = folder.file("documents");
  Comparison comparison;
};

TEST_F(SavedDocuments, AreReadUnderTheirNamesWithAndWithoutJson) {
  save("smart-configuration.json", conformant_smart);
  save("metadata", conformant_metadata);
  const auto read = evidence();
  ASSERT_TRUE(read) << read.error();
  EXPECT_TRUE(compare({comparison.app, comparison.server}, *read).ready());
  EXPECT_EQ(read->metadata.compared.address, (path / "metadata").string());
}

TEST_F(SavedDocuments, OneOfThemMayBeMissing) {
  save("metadata.json", conformant_metadata);
  const auto read = evidence();
  ASSERT_TRUE(read);
  const Report report = compare({comparison.app, comparison.server}, *read);
  EXPECT_NE(find(report, "smart-configuration", "there is no file"), nullptr) << report;
}

TEST_F(SavedDocuments, NeitherIsNoFolderOfDocuments) {
  EXPECT_TRUE(evidence().error().contains("neither smart-configuration.json nor metadata.json"));
  EXPECT_TRUE(read_saved_documents(path / "absent", comparison.server).error().contains("no folder"));
}

// The shell's redirection of a failed download, a named pipe that nobody writes to, a folder.
TEST_F(SavedDocuments, WhatIsNoDocumentIsTold) {
  save("smart-configuration.json", "");
  ASSERT_EQ(::mkfifo((path / "metadata.json").c_str(), 0600), 0);
  const auto read = evidence();
  ASSERT_TRUE(read);
  const Report report = compare({comparison.app, comparison.server}, *read);
  EXPECT_NE(find(report, "smart-configuration", "cannot be read"), nullptr) << report;
  EXPECT_NE(find(report, "metadata", "is no file"), nullptr) << report;
}

TEST_F(SavedDocuments, ADocumentOfMoreThanTheLimitIsRefused) {
  save("smart-configuration.json", std::string(smart::discovery_limits.bytes + 1, ' '));
  save("metadata.json", conformant_metadata);
  const auto read = evidence();
  ASSERT_TRUE(read);
  EXPECT_NE(find(compare({comparison.app, comparison.server}, *read), "smart-configuration", "larger than"), nullptr);
}

}  // namespace
}  // namespace wardend::verify::test
