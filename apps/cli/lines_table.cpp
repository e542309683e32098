#include "apps/cli/lines_table.h"

#include <fmt/format.h>

#include <fstream>

#include "story2midi/base/checksum.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"

namespace s2m::apps {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTable = "intended.jsonl";
constexpr const char* kUnfinished = ".unfinished";

}  // namespace

LinesTable::LinesTable(fs::path folder, std::uint64_t job) : folder_(std::move(folder)) {
  const auto mark = folder_ / kUnfinished;
  const bool goes_on = fs::exists(mark) && fs::exists(folder_ / kTable) && read_text(mark) == to_hex(job);
  if (goes_on) {
    keep_whole_rows();
  } else {
    write_text(folder_ / kTable, "");
    write_text(mark, to_hex(job));
  }
}

fs::path LinesTable::piece(std::size_t index) const { return folder_ / fmt::format("{:04}.mid", index + 1); }

void LinesTable::keep_whole_rows() {
  const auto table = read_text(folder_ / kTable);
  std::size_t end = 0;
  for (std::size_t next; (next = table.find('\n', end)) != table.npos && fs::exists(piece(done_));
       end = next + 1)
    ++done_;
  write_text(folder_ / kTable, std::string_view(table).substr(0, end));
}

void LinesTable::append(const std::string& rows) {
  std::ofstream file(folder_ / kTable, std::ios::app | std::ios::binary);
  if (!(file << rows << std::flush))
    throw Error(ErrorKind::kSystem, (folder_ / kTable).string(), "cannot be written to its end");
}

void LinesTable::add(std::size_t index, std::string row) {
  const std::lock_guard lock(mutex_);
  waiting_.emplace(index, std::move(row));
  std::string rows;
  for (; waiting_.contains(done_); ++done_) rows += waiting_.extract(done_).mapped() + "\n";
  append(rows);
}

void LinesTable::finish() { fs::remove(folder_ / kUnfinished); }

}  // namespace s2m::apps
