// Reads wardend.toml and conf.d/*.toml beside it. Every fault of every file is found before anything is refused.
// Blocking (files, user and group names): at start before the loop, later on the worker pool.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "config/model.hpp"

namespace wardend::config {

struct Finding {
  enum class Severity {
    hint,   // works as written; something on this machine is not there yet
    note,   // does less than it seems to
    error,  // refused
  };
  Severity severity = Severity::error;
  std::string file;
  std::size_t line = 1;
  std::size_t column = 1;
  std::string text;                             // what is wrong, and what to do
  [[nodiscard]] std::string to_string() const;  // FILE:LINE:COLUMN: error: TEXT, or note: TEXT
};

struct Loaded {
  ConfigPtr config;   // null when any finding is an error
  ConfigPtr service;  // [broker], [roles] and [audit] as far as they could be read; null where `config` is not
  std::vector<Finding> findings;  // by file as read, line and column; hints and notes included
  // The findings that are errors, as text.
  [[nodiscard]] std::vector<std::string> errors() const;
};

// Whether files that the configuration names are looked at as well: that may hang where their file system does.
enum class Files { looked_at, left_alone };

// What keeps the credential in `file` from proving a client that way: a sentence with nothing of the credential in it;
// empty: nothing does.
using CredentialJudge = std::function<std::string(ClientAuth, const std::filesystem::path& file)>;

// The main file, then conf.d/*.toml beside it in name order (no such folder: nothing more). Names that begin with a dot
// are passed over: editors keep locks and halves of files under them. `failed`: why the folder cannot be read.
[[nodiscard]] std::vector<std::filesystem::path> files_of(const std::filesystem::path& main, std::error_code& failed);

// `file` is the main file. An unreadable file is a finding too. `judge` is asked of credentials where files are looked
// at; without one it is only said which of them are not there.
[[nodiscard]] Loaded load(const std::filesystem::path& file, Files files, CredentialJudge judge = {});

// The same for a program that reads the configuration and serves nobody: a user or a group of a peer rule that this
// machine does not have is a note, as the configuration may be another machine's.
[[nodiscard]] Loaded load_to_read(const std::filesystem::path& file, Files files);

}  // namespace wardend::config
