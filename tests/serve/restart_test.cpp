// Jobs outlive the server: stopped, killed, started again.
#include <gtest/gtest.h>
#include <signal.h>

#include "apps/serve/job_store.h"
#include "story2midi/base/error.h"
#include "story2midi/base/files.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"
#include "tests/serve/server_process.h"

namespace s2m::serve {
namespace {

TEST(Restart, SignalsEndTheServerWithExitCodeZeroAndItsJobsStay) {
  const auto store = new_store();
  std::string done, waiting;
  {
    Server server(store, {"--workers", "1"});
    done = server.add(tale_with({{"options", {{"bars", 4}}}}));
    ASSERT_TRUE(soon([&] { return server.job(done)["state"] == "done"; }));
    const auto running = server.add(long_job());
    waiting = server.add(tale_with({{"options", {{"bars", 4}}}}));
    ASSERT_TRUE(soon([&] { return server.job(running)["state"] == "running"; }));
    // An open event stream and an idle connection do not hold the server up.
    std::thread stream([&] { server.client().Get("/api/v1/jobs/" + running + "/events"); });
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(server.end(SIGTERM), 0) << server.log();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
    stream.join();
    EXPECT_EQ(server.lines("stopped").size(), 1u);
  }
  Server again(store, {"--workers", "2"});
  EXPECT_EQ(again.job(done)["state"], "done");
  EXPECT_EQ(again.client().Get("/api/v1/jobs/" + done + "/files/midi")->body.substr(0, 4), "MThd");
  EXPECT_TRUE(soon([&] { return again.job(waiting)["state"] == "done"; }));
  EXPECT_EQ(again.end(SIGINT), 0);
}

// The same bytes as without the kill.
TEST(Restart, AKilledServersJobsAreComposedAnew) {
  const auto store = new_store();
  const auto body = tale_with({{"options", {{"bars", 96}}}, {"compose", {{"drafts", 16}, {"seed", 3}}}});
  std::string id;
  {
    Server server(store);
    id = server.add(body);
    ASSERT_TRUE(soon([&] {
      const auto job = server.job(id);
      return job["state"] == "running" && job["progress"]["done"] > 4;
    })) << server.job(id);
    EXPECT_EQ(server.end(SIGKILL), -SIGKILL);
  }
  Server again(store);
  ASSERT_TRUE(soon([&] { return again.job(id)["state"] == "done"; })) << again.job(id);
  const auto killed = again.client().Get("/api/v1/jobs/" + id + "/files/midi")->body;
  const auto whole = again.add(body);
  ASSERT_TRUE(soon([&] { return again.job(whole)["state"] == "done"; }));
  EXPECT_TRUE(again.client().Get("/api/v1/jobs/" + whole + "/files/midi")->body == killed);
}

TEST(Restart, AJobThatEndsTheServerAgainAndAgainFails) {
  const auto store = new_store();
  std::string id;
  for (int i = 0; i < 3; ++i) {
    JobStore jobs(store);
    if (i == 0) id = jobs.add("{}", "", std::nullopt, 10).job.id;
    jobs.recover();
    EXPECT_EQ(jobs.waiting(), std::vector<std::string>{id});
    EXPECT_EQ(jobs.claim()->id, id);
  }
  JobStore jobs(store);
  EXPECT_EQ(jobs.recover(), 1);
  EXPECT_TRUE(jobs.waiting().empty());
  EXPECT_EQ(jobs.find(id)->state, JobState::kFailed);
  EXPECT_NE(jobs.find(id)->error.find("3 times"), std::string::npos);
}

TEST(Restart, AStoreHasOneServer) {
  const auto store = new_store();
  const JobStore jobs(store);
  EXPECT_THROW(JobStore{store}, Error);
  const auto second = run_program("serve --port 0 --models '" + tiny_models().string() + "' --store '" +
                                  store.string() + "'");
  EXPECT_EQ(second.code, 1);
  EXPECT_NE(second.err.find("another server uses this store"), std::string::npos) << second.err;
}

TEST(Restart, AStoreThatIsNoneIsOneLine) {
  const auto store = new_store();
  std::filesystem::create_directories(store);
  write_text(store / "jobs.sqlite", std::string(8192, 'x'));
  EXPECT_THROW(JobStore{store}, Error);
}

TEST(Restart, OptionsThatAreWrongAreRefused) {
  const auto open = run_program("serve --host 0.0.0.0");
  EXPECT_EQ(open.code, 2);
  EXPECT_NE(open.err.find("--token-file"), std::string::npos) << open.err;
  write_text(scratch_folder() / "tokens.txt", "# mine\nshort\n");
  const auto token = run_program("serve --port 0 --token-file tokens.txt");
  EXPECT_EQ(token.code, 1);
  EXPECT_NE(token.err.find("tokens.txt: line 2: a token is too short"), std::string::npos) << token.err;
  EXPECT_EQ(run_program("serve --port 70000").code, 2);
}

}  // namespace
}  // namespace s2m::serve
