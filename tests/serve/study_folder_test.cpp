// A listening study behind the service, and what listeners and others send.
#include "apps/serve/study_folder.h"

#include <gtest/gtest.h>

#include "apps/serve/problem.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/base/scratch_folder.h"
#include "tests/serve/running_service.h"

namespace s2m::serve {
namespace {

namespace fs = std::filesystem;

// A study with one sound, whose answers are JSON objects with the member "listener".
std::shared_ptr<const StudyFolder> small_study(const fs::path& folder) {
  fs::create_directories(folder / "page" / "sounds");
  write_text(folder / "key.json", "secret");
  write_text(folder / "page" / "index.html", R"(<script>const design = {"post":"answers"};</script>)");
  write_text(folder / "page" / "sounds" / "00c0ffee.mp3", std::string(1000, 'm'));
  return std::make_shared<const StudyFolder>(folder, [](std::string_view json) {
    if (!Json::parse(json, nullptr, false).contains("listener")) throw Error("answers", "name no listener");
  });
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(StudyFolder, APageIsShownAndAnswersAreKept) {
  const auto folder = scratch_folder() / "study";
  auto options = tiny_options();
  options.api.study = small_study(folder);
  options.api.tokens = {"a token that listeners lack"};
  const RunningService service(options);
  auto client = service.client();
  const auto page = client.Get("/study/");
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page->get_header_value("Content-Security-Policy").find("connect-src 'self'"), std::string::npos);
  const auto part = client.Get("/study/sounds/00c0ffee.mp3", {{"Range", "bytes=0-9"}});
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->body, "mmmmmmmmmm");
  const std::string sheet = R"({"listener":7})";
  EXPECT_EQ(client.Post("/study/answers", sheet, "application/json")->status, 204);
  EXPECT_EQ(client.Post("/study/answers", sheet, "application/json")->status, 204);  // sent again
  EXPECT_EQ(client.Post("/study/answers", R"({"listener":8})", "application/json")->status, 204);
  EXPECT_EQ(files_in(folder / "answers"), 2u);
  for (const auto& entry : fs::directory_iterator(folder / "answers"))
    EXPECT_EQ(entry.path().extension(), ".json");
}

TEST(StudyFolder, WhatIsNoAnswerIsRefusedAndNoNameLeavesTheFolder) {
  const auto folder = scratch_folder() / "refusals";
  auto options = tiny_options();
  options.api.study = small_study(folder);
  const RunningService service(options);
  auto client = service.client();
  const auto status = [&](const std::string& body) {
    return client.Post("/study/answers", body, "application/json")->status;
  };
  EXPECT_EQ(status("{}"), 422);
  EXPECT_EQ(status("no json"), 422);
  EXPECT_EQ(status(R"({"listener":")" + std::string(300'000, 'x') + "\"}"), 413);
  EXPECT_EQ(client.Post("/study/answers", "listener=1", "application/x-www-form-urlencoded")->status, 415);
  EXPECT_EQ(files_in(folder / "answers"), 0u);
  for (const char* path :
       {"/study/key.json", "/study/sounds/../../key.json", "/study/sounds/..%2F..%2Fkey.json",
        "/study/sounds/index.html", "/study/answers/answers-1.json", "/study/sounds/"})
    EXPECT_EQ(client.Get(path)->status, 404) << path;
  EXPECT_EQ(client.Get("/study/answers")->status, 405);
  EXPECT_EQ(RunningService().client().Get("/study/")->status, 404);
}

TEST(StudyFolder, APageThatSendsItsAnswersElsewhereIsRefused) {
  const auto folder = scratch_folder() / "elsewhere";
  small_study(folder);
  write_text(folder / "page" / "index.html", R"({"post":"https://example.org/"})");
  EXPECT_THROW(StudyFolder(folder, [](std::string_view) {}), Error);
  EXPECT_THROW(StudyFolder(scratch_folder() / "none", [](std::string_view) {}), Error);
}

}  // namespace
}  // namespace s2m::serve
