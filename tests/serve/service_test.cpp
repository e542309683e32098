// The service over real HTTP: what it answers to well-formed requests.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "apps/serve/byte_range.h"
#include "story2midi/base/files.h"
#include "story2midi/plan/plan.h"
#include "tests/apps/program.h"
#include "tests/base/scratch_folder.h"
#include "tests/serve/running_service.h"

namespace s2m::serve {
namespace {

std::vector<std::string> events_named(const std::string& name, const std::string& stream) {
  std::vector<std::string> found;
  const auto mark = "event: " + name + "\ndata: ";
  for (auto at = stream.find(mark); at != stream.npos; at = stream.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    found.push_back(stream.substr(begin, stream.find('\n', begin) - begin));
  }
  return found;
}

TEST(Service, ReadsPlansAndComposes) {
  const RunningService service;
  const auto reading = service.post("/api/v1/read", tale_with());
  EXPECT_EQ(reading["passages"].size(), 3u);
  EXPECT_TRUE(reading["passages"][0]["valence"].is_number());
  const auto plan = service.post("/api/v1/plan", tale_with({{"options", {{"bars", 8}, {"key", "D minor"}}}}));
  EXPECT_EQ(plan["key"], "D minor");
  const auto id = service.id_of_job(tale_with({{"plan", plan}, {"compose", {{"seed", 7}}}}));
  EXPECT_EQ(service.end_of(id), "done");
  const auto job = service.get("/api/v1/jobs/" + id);
  EXPECT_EQ(job["summary"]["bars"], 8);
  EXPECT_EQ(job["summary"]["seed"], 7);
  EXPECT_EQ(service.file(id, "midi").substr(0, 4), "MThd");
  EXPECT_NE(service.file(id, "musicxml").find("<score-partwise"), std::string::npos);
  EXPECT_NE(service.file(id, "svg").find("<svg"), std::string::npos);
  EXPECT_EQ(service.file(id, "png").substr(1, 3), "PNG");
  EXPECT_EQ(Json::parse(service.file(id, "json"))["plan"]["key"], "D minor");
  EXPECT_EQ(service.get("/api/v1/jobs/" + id + "/request")["compose"]["seed"], 7);
}

// The program and the service are given one story, one plan and one seed.
TEST(Service, FilesAreTheBytesOfTheCommandLine) {
  const RunningService service;
  const auto models = " --models '" + tiny_models().string() + "' --seed 7";
  write_text(scratch_folder() / "tale.txt", kTale);
  const auto planned = run_program("plan tale.txt --bars 8 --key 'D minor' -o tale.json --models '" +
                                   tiny_models().string() + "'");
  ASSERT_EQ(planned.code, 0) << planned.err;
  const auto text = "--text '" + std::string(kTale) + "'";
  const auto composed = run_program("compose " + text +
                                    " --plan tale.json -o a.mid -o a.musicxml -o a.mxl -o a.svg "
                                    "-o a.json -o a.wav" +
                                    models);
  ASSERT_EQ(composed.code, 0) << composed.err;
  const auto plan = Json::parse(read_text(scratch_folder() / "tale.json"));
  const auto id = service.id_of_job(tale_with({{"plan", plan}, {"compose", {{"seed", 7}}}}));
  ASSERT_EQ(service.end_of(id), "done");
  for (const auto& [format, file] : std::map<std::string, std::string>{{"midi", "a.mid"},
                                                                       {"musicxml", "a.musicxml"},
                                                                       {"mxl", "a.mxl"},
                                                                       {"svg", "a.svg"},
                                                                       {"json", "a.json"},
                                                                       {"wav", "a.wav"}})
    EXPECT_TRUE(service.file(id, format) == read_text(scratch_folder() / file)) << format;
  // The plan itself, too.
  const auto asked = tale_with({{"options", {{"bars", 8}, {"key", "D minor"}}}});
  EXPECT_EQ(service.client().Post("/api/v1/plan", asked, "application/json")->body,
            read_text(scratch_folder() / "tale.json"));
}

// The program and the service change one saved piece.
TEST(Service, AChangedPieceIsThatOfTheCommandLine) {
  const RunningService service;
  const auto whole = service.id_of_job(tale_with({{"options", {{"bars", 8}}}, {"compose", {{"seed", 7}}}}));
  ASSERT_EQ(service.end_of(whole), "done");
  write_text(scratch_folder() / "whole.json", service.file(whole, "json"));
  const auto text = "--text '" + std::string(kTale) + "'";
  const auto changed =
      run_program("compose --from whole.json --only bars:5-8 --lock rhythm -o b.mid -o b.json " + text +
                  " --seed 9 --models '" + tiny_models().string() + "'");
  ASSERT_EQ(changed.code, 0) << changed.err;
  const Json change{{"job", whole}, {"only", {"bars:5-8"}}, {"lock", {"rhythm"}}};
  const auto id = service.id_of_job(tale_with({{"change", change}, {"compose", {{"seed", 9}}}}));
  ASSERT_EQ(service.end_of(id), "done");
  EXPECT_TRUE(service.file(id, "midi") == read_text(scratch_folder() / "b.mid"));
  EXPECT_TRUE(service.file(id, "json") == read_text(scratch_folder() / "b.json"));
  EXPECT_FALSE(service.file(id, "midi") == service.file(whole, "midi"));
  const auto bars = service.file(id, "bars");
  EXPECT_EQ(std::ranges::count(bars, '\n'), 8);
  // Without a story and a seed: the next seed.
  const auto next = service.id_of_job(Json{{"change", change}}.dump());
  ASSERT_EQ(service.end_of(next), "done");
  EXPECT_EQ(service.get("/api/v1/jobs/" + next)["summary"]["seed"], 8);
}

TEST(Service, AChangeOfNoPieceIsRefused) {
  const RunningService service;
  const auto ask = [&](const Json& change, int status, const Json& more = Json::object()) {
    Json body{{"change", change}};
    body.update(more);
    return service.post("/api/v1/jobs", body.dump(), status)["error"]["message"].get<std::string>();
  };
  EXPECT_NE(ask({{"job", "none"}, {"only", {"bars:1"}}}, 404).find("change.job"), std::string::npos);
  EXPECT_NE(ask({{"job", "none"}, {"only", {"bars:2-1"}}}, 422).find("section:N"), std::string::npos);
  EXPECT_NE(ask({{"job", "none"}, {"lock", {"tempo"}}}, 422).find("harmony"), std::string::npos);
  EXPECT_NE(ask({{"job", "none"}}, 422).find("only or lock"), std::string::npos);
  EXPECT_NE(ask({{"job", "none"}, {"only", {"bars:1"}}}, 422, {{"options", {{"bars", 4}}}}).find("plan"),
            std::string::npos);
  const auto id = service.id_of_job(tale_with({{"options", {{"bars", 4}}}}));
  ASSERT_EQ(service.end_of(id), "done");
  const auto outside = service.id_of_job(Json{{"change", {{"job", id}, {"only", {"bars:9"}}}}}.dump());
  EXPECT_EQ(service.end_of(outside), "failed");
  EXPECT_NE(service.get("/api/v1/jobs/" + outside)["error"]["message"].get<std::string>().find("1 to 4"),
            std::string::npos);
}

TEST(Service, FeelingsTakeThePlaceOfThoseThatWereRead) {
  const RunningService service;
  const auto plan = [&](double valence, double arousal) {
    Json feelings = Json::array();
    for (int i = 0; i < 3; ++i)
      feelings.push_back({{"passage", i}, {"valence", valence}, {"arousal", arousal}});
    return service.post("/api/v1/plan", tale_with({{"options", {{"bars", 8}}}, {"feelings", feelings}}));
  };
  const auto glad = plan(.9, .9), sad = plan(-.9, -.9);
  EXPECT_GT(glad["sections"][0]["bars"][0]["tempo_bpm"], sad["sections"][0]["bars"][0]["tempo_bpm"]);
  EXPECT_TRUE(glad["key"].get<std::string>().ends_with("major"));
  EXPECT_TRUE(sad["key"].get<std::string>().ends_with("minor"));
  const Json beyond{{{"passage", 3}, {"valence", 0}, {"arousal", 0}}};
  service.post("/api/v1/plan", tale_with({{"feelings", beyond}}), 422);
}

TEST(Service, TheSoundfontIsServedOnceToABrowserThatKeepsIt) {
  auto options = tiny_options();
  options.api.soundfont = scratch_folder() / "font.sf2";
  std::string bytes(200'000, 'x');
  write_text(options.api.soundfont, bytes);
  const RunningService service(options);
  auto client = service.client();
  const auto first = client.Get("/api/v1/soundfont");
  EXPECT_TRUE(first->body == bytes);
  const auto again = client.Get("/api/v1/soundfont", {{"If-None-Match", first->get_header_value("ETag")}});
  EXPECT_EQ(again->status, 304);
  EXPECT_TRUE(again->body.empty());
  EXPECT_EQ(RunningService().client().Get("/api/v1/soundfont")->status, 404);
}

TEST(Service, RangesOfFilesAreSentSoThatBrowsersSeek) {
  auto options = tiny_options();
  options.api.soundfont = scratch_folder() / "ranges.sf2";
  std::string font;
  for (int i = 0; i < 200'000; ++i) font += static_cast<char>(i * i);
  write_text(options.api.soundfont, font);
  const RunningService service(options);
  auto client = service.client();
  const auto id = service.id_of_job(tale_with({{"options", {{"bars", 4}}}}));
  ASSERT_EQ(service.end_of(id), "done");
  for (const std::string path : {std::string("/api/v1/soundfont"), "/api/v1/jobs/" + id + "/files/mp3",
                                 "/api/v1/jobs/" + id + "/files/midi"}) {
    const auto whole = client.Get(path);
    ASSERT_EQ(whole->status, 200) << path;
    EXPECT_EQ(whole->get_header_value("Accept-Ranges"), "bytes");
    const auto& bytes = whole->body;
    const auto size = bytes.size();
    const auto ask = [&](const std::string& range, const std::string& condition) {
      httplib::Headers headers{{"Range", range}};
      if (!condition.empty()) headers.emplace("If-Range", condition);
      return client.Get(path, headers);
    };
    const auto part = ask("bytes=100-199", whole->get_header_value("ETag"));
    EXPECT_EQ(part->status, 206);
    EXPECT_EQ(part->get_header_value("Content-Range"), "bytes 100-199/" + std::to_string(size));
    EXPECT_TRUE(part->body == bytes.substr(100, 100)) << path;
    EXPECT_TRUE(ask("bytes=50-", "")->body == bytes.substr(50)) << path;
    EXPECT_TRUE(ask("bytes=-7", "")->body == bytes.substr(size - 7)) << path;
    EXPECT_TRUE(ask("bytes=10-99999999", "")->body == bytes.substr(10)) << path;
    EXPECT_EQ(ask("bytes=0-9", "\"another\"")->status, 200);  // of an older file
    EXPECT_EQ(ask("bytes=0-1,4-5", "")->status, 200);
    EXPECT_NE(ask("bytes=x", "")->body.find("no range of bytes"), std::string::npos);
    const auto beyond = ask("bytes=99999999-", "");
    EXPECT_EQ(beyond->status, 416);
    EXPECT_EQ(beyond->get_header_value("Content-Range"), "bytes */" + std::to_string(size));
    EXPECT_NE(beyond->body.find("beyond the file"), std::string::npos);
    EXPECT_EQ(client.Get(path, {{"If-None-Match", whole->get_header_value("ETag")}})->status, 304);
  }
}

TEST(ByteRange, IsReadAsRfc9110Says) {
  using Range = std::optional<ByteRange>;
  EXPECT_EQ(byte_range("bytes=0-0", 10), Range({0, 1}));
  EXPECT_EQ(byte_range("bytes=2-", 10), Range({2, 10}));
  EXPECT_EQ(byte_range("bytes=-30", 10), Range({0, 10}));
  EXPECT_EQ(byte_range("bytes=5-99999999999999999999999", 10), Range({5, 10}));
  for (const char* none : {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b", "bytes=1-2,3-4",
                           "bytes=1--2", "lines=1-2", "bytes= 1-2", "bytes=+1-2"})
    EXPECT_EQ(byte_range(none, 10), Range()) << none;
  EXPECT_THROW(byte_range("bytes=10-", 10), Refused);
  EXPECT_THROW(byte_range("bytes=-0", 10), Refused);
  EXPECT_THROW(byte_range("bytes=0-", 0), Refused);
}

TEST(Service, OldJobsExpireWhenTheServerBegins) {
  auto options = tiny_options();
  std::string id;
  {
    const RunningService service(options);
    id = service.id_of_job(tale_with({{"options", {{"bars", 4}}}}));
    ASSERT_EQ(service.end_of(id), "done");
  }
  options.kept_days = 1;
  EXPECT_EQ(RunningService(options).get("/api/v1/jobs/" + id)["state"], "done");
  options.kept_days = 1e-6;
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  RunningService(options).get("/api/v1/jobs/" + id, 404);
}

TEST(Service, EventsBringEveryBarInOrderAndThenTheEnd) {
  const RunningService service;
  const auto id = service.id_of_job(tale_with({{"options", {{"bars", 12}}}}));
  const auto path = "/api/v1/jobs/" + id + "/events";
  const auto during = service.client().Get(path);
  ASSERT_TRUE(during);
  EXPECT_EQ(during->get_header_value("Content-Type"), "text/event-stream");
  const auto bars = events_named("bar", during->body);
  ASSERT_EQ(bars.size(), 12u);
  for (std::size_t i = 0; i < bars.size(); ++i) EXPECT_EQ(Json::parse(bars[i])["bar"], i + 1);
  const auto ends = events_named("end", during->body);
  ASSERT_EQ(ends.size(), 1u);
  EXPECT_EQ(Json::parse(ends[0])["state"], "done");
  // A client that comes back gets what it missed; after the end, too, and with the times of the finished piece.
  const auto after = events_named("bar", service.client().Get(path)->body);
  ASSERT_EQ(after.size(), bars.size());
  std::string lines;
  for (const auto& bar : after) lines += bar + '\n';
  EXPECT_EQ(lines, service.file(id, "bars"));
  const auto last = Json::parse(after.back());
  EXPECT_NEAR(last["start_seconds"].get<double>() + last["length_seconds"].get<double>(),
              service.get("/api/v1/jobs/" + id)["summary"]["length_seconds"].get<double>(), 1.);
  const auto rest = service.client().Get(path, {{"Last-Event-ID", "10"}});
  EXPECT_EQ(events_named("bar", rest->body), std::vector<std::string>(after.begin() + 10, after.end()));
  EXPECT_NE(rest->body.find("id: 13\nevent: end"), std::string::npos);
}

TEST(Service, StoriesOfOtherFormatsAreRead) {
  const RunningService service;
  const auto read = [&](const Json& story) {
    return service.post("/api/v1/read", Json{{"story", story}}.dump());
  };
  const auto markdown = read({{"text", "# A Tale\n\nThe *sea* was calm."}, {"format", "markdown"}});
  EXPECT_EQ(markdown["parts"][0]["heading"], "A Tale");
  EXPECT_TRUE(markdown["passages"][0]["text"].get<std::string>().ends_with("The sea was calm."));
  EXPECT_EQ(read({{"base64", "VGhlIHNlYSB3YXMgY2FsbS4="}})["passages"][0]["text"], "The sea was calm.");
}

TEST(Service, HistoryIsListedByPagesAndDeleted) {
  const RunningService service;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(service.id_of_job(tale_with({{"options", {{"bars", 4}}}})));
  for (const auto& id : ids) EXPECT_EQ(service.end_of(id), "done");
  std::vector<std::string> listed;
  for (Json path = "/api/v1/jobs?limit=2"; !path.is_null();) {
    const auto page = service.get(path);
    for (const auto& job : page["jobs"]) listed.push_back(job["id"]);
    path = page["next"];
  }
  EXPECT_EQ(listed, std::vector<std::string>(ids.rbegin(), ids.rend()));
  EXPECT_EQ(service.client().Delete("/api/v1/jobs/" + ids[2])->status, 204);
  service.get("/api/v1/jobs/" + ids[2], 404);
  service.get("/api/v1/jobs/" + ids[2] + "/files/midi", 404);
  EXPECT_EQ(service.get("/api/v1/jobs")["jobs"].size(), 4u);
}

TEST(Service, AJobIsCancelledWhileItRunsAndWhileItWaits) {
  auto options = tiny_options();
  options.workers = 1;
  const RunningService service(options);
  const auto running = service.id_of_job(long_job()), waiting = service.id_of_job(long_job());
  ASSERT_TRUE(soon([&] { return service.get("/api/v1/jobs/" + running)["state"] == "running"; }));
  EXPECT_EQ(service.client().Delete("/api/v1/jobs/" + running)->status, 409);
  EXPECT_EQ(service.post("/api/v1/jobs/" + waiting + "/cancel", "")["state"], "cancelled");
  EXPECT_EQ(service.post("/api/v1/jobs/" + running + "/cancel", "")["state"], "cancelled");
  service.post("/api/v1/jobs/" + running + "/cancel", "", 409);
  service.get("/api/v1/jobs/" + running + "/files/midi", 409);
  EXPECT_NE(service.client().Get("/api/v1/jobs/" + running + "/events")->body.find("\"cancelled\""),
            std::string::npos);
  // The worker is free again.
  EXPECT_EQ(service.end_of(service.id_of_job(tale_with({{"options", {{"bars", 4}}}}))), "done");
  EXPECT_EQ(service.get("/api/v1/jobs/" + running)["state"], "cancelled");
}

TEST(Service, AFullQueueIsRefusedAndLosesNothing) {
  auto options = tiny_options();
  options.workers = 1;
  options.api.most_queued = 3;
  const RunningService service(options);
  std::vector<std::string> ids;
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    const auto answer =
        service.client().Post("/api/v1/jobs", tale_with({{"options", {{"bars", 32}}}}), "application/json");
    ASSERT_TRUE(answer);
    if (answer->status == 202) {
      ids.push_back(Json::parse(answer->body)["id"]);
      continue;
    }
    ++refused;
    EXPECT_EQ(answer->status, 429);
    EXPECT_FALSE(answer->get_header_value("Retry-After").empty());
  }
  EXPECT_GT(refused, 0);
  for (const auto& id : ids) EXPECT_EQ(service.end_of(id), "done");
  EXPECT_EQ(service.get("/api/v1/jobs?limit=100")["jobs"].size(), ids.size());
}

TEST(Service, OneIdempotencyKeyIsOneJob) {
  const RunningService service;
  const auto ask = [&](const std::string& body) {
    return service.client().Post("/api/v1/jobs", {{"Idempotency-Key", "k1"}}, body, "application/json");
  };
  const auto body = tale_with({{"options", {{"bars", 4}}}});
  std::vector<std::thread> threads;
  std::vector<std::string> ids(4);
  for (auto& id : ids) threads.emplace_back([&] { id = Json::parse(ask(body)->body)["id"]; });
  for (auto& thread : threads) thread.join();
  for (const auto& id : ids) EXPECT_EQ(id, ids[0]);
  EXPECT_EQ(ask(tale_with())->status, 409);
  EXPECT_EQ(service.get("/api/v1/jobs")["jobs"].size(), 1u);
}

TEST(Service, TokensAreAskedFor) {
  auto options = tiny_options();
  options.api.tokens = {"0123456789abcdef", "fedcba9876543210"};
  const RunningService service(options);
  auto client = service.client();
  EXPECT_EQ(client.Get("/api/v1/health")->status, 200);
  const auto refused = client.Get("/api/v1/jobs");
  EXPECT_EQ(refused->status, 401);
  EXPECT_EQ(refused->get_header_value("WWW-Authenticate"), "Bearer");
  for (const char* wrong :
       {"Bearer 0123456789abcde", "Bearer 0123456789abcdef0", "Bearer ", "Basic 0123456789abcdef"})
    EXPECT_EQ(client.Get("/api/v1/jobs", {{"Authorization", wrong}})->status, 401) << wrong;
  EXPECT_EQ(client.Get("/api/v1/jobs", {{"Authorization", "Bearer fedcba9876543210"}})->status, 200);
}

TEST(Service, PagesOfOtherSitesAreRefused) {
  const RunningService service;
  auto client = service.client();
  EXPECT_EQ(client.Get("/api/v1/jobs", {{"Host", "evil.example"}})->status, 403);
  EXPECT_EQ(client.Get("/api/v1/jobs", {{"Origin", "http://evil.example"}})->status, 403);
  EXPECT_EQ(client.Options("/api/v1/jobs")->status, 405);
  const auto answer = client.Get("/api/v1/jobs");
  EXPECT_EQ(answer->status, 200);
  EXPECT_FALSE(answer->has_header("Access-Control-Allow-Origin"));
  EXPECT_EQ(answer->get_header_value("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer->get_header_value("X-Frame-Options"), "DENY");
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
}

TEST(Service, MetricsCountRequestsAndJobs) {
  const RunningService service;
  EXPECT_EQ(service.end_of(service.id_of_job(tale_with({{"options", {{"bars", 4}}}}))), "done");
  std::string text;
  // A job is counted just after it is stored.
  EXPECT_TRUE(soon([&] {
    text = service.client().Get("/metrics")->body;
    return text.find("story2midi_jobs_ended_total{state=\"done\"} 1\n") != std::string::npos;
  })) << text;
  EXPECT_NE(
      text.find("story2midi_http_requests_total{method=\"POST\",route=\"/api/v1/jobs\",status=\"202\"} 1\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("story2midi_bars_total 4\n"), std::string::npos);
  EXPECT_NE(text.find("story2midi_jobs{state=\"done\"} 1\n"), std::string::npos);
}

// The page needs no other host, and may run no script but its own.
TEST(Service, ThePageIsServedWithItsFilesAlone) {
  const RunningService service;
  const auto page = service.client().Get("/");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->get_header_value("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page->get_header_value("Content-Security-Policy").find("script-src 'self'"), std::string::npos);
  EXPECT_EQ(page->body.find("http"), std::string::npos);
  for (const char* file : {"/app.js", "/app.css"}) {
    EXPECT_NE(page->body.find(file), std::string::npos);
    EXPECT_GT(service.client().Get(file)->body.size(), 1000u) << file;
  }
  for (const char* file : {"/app.js", "/sound.js", "/processor.js", "/score.js"}) {
    const auto script = service.client().Get(file);
    EXPECT_EQ(script->get_header_value("Content-Type"), "text/javascript; charset=utf-8") << file;
    EXPECT_EQ(script->get_header_value("Content-Encoding"), "gzip") << file;
    const httplib::Headers known{{"If-None-Match", script->get_header_value("ETag")}};
    EXPECT_EQ(service.client().Get(file, known)->status, 304) << file;
  }
  EXPECT_NE(service.client().Get("/licences.txt")->body.find("Lesser General Public"), std::string::npos);
}

TEST(Service, TheDocumentNamesEveryPath) {
  const RunningService service;
  const auto document = service.get("/openapi.json");
  EXPECT_EQ(document["openapi"], "3.0.3");
  EXPECT_EQ(document["paths"].size(), 12u);
  EXPECT_TRUE(document["paths"].contains("/api/v1/jobs/{id}/files/{format}"));
}

}  // namespace
}  // namespace s2m::serve
