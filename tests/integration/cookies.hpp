// The cookies of a jar as a header: curl sends none with an address of twenty kilobytes, and a browser does.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace wardend::test {

// "Cookie: name=value; ..." of all that is in curl's file.
[[nodiscard]] inline std::string cookies_in(const std::filesystem::path& file) {
  std::ifstream jar(file);
  std::string header = "Cookie:";
  for (std::string line; std::getline(jar, line);) {
    std::istringstream fields(line);
    std::vector<std::string> all;
    for (std::string field; std::getline(fields, field, '\t');) all.push_back(field);
    if (all.size() == 7) header += (header.ends_with(':') ? " " : "; ") + all[5] + "=" + all[6];
  }
  return header;
}

}  // namespace wardend::test
