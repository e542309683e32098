// What each route of the interface does.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/serve/api.h"
#include "apps/serve/event_stream.h"
#include "apps/serve/http_server.h"
#include "apps/serve/job_files.h"
#include "apps/serve/page.h"
#include "apps/serve/problem.h"
#include "story2midi/base/checksum.h"
#include "story2midi/base/files.h"
#include "story2midi/base/json_members.h"
#include "story2midi/base/version.h"

namespace s2m::serve {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kJson = "application/json";
constexpr std::size_t kLongestTitle = 80, kLongestKey = 200;
constexpr std::size_t kSentAtOnce = 65536;
constexpr int kRetrySeconds = 5;

void write(httplib::Response& response, const Json& json, int status = 200) {
  response.status = status;
  response.set_content(write_json(json) + "\n", kJson);
}

// A whole number of the query. Throws Refused.
std::int64_t number_of(const httplib::Request& request, const char* name, std::int64_t usual,
                       std::int64_t most) {
  if (!request.has_param(name)) return usual;
  const auto text = request.get_param_value(name);
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || value < 1 || value > most)
    throw Refused({422, name, "is out of range", fmt::format("1 to {}", most), text.substr(0, 40)});
  return value;
}

Json parsed_or_null(const std::string& json) { return json.empty() ? Json() : Json::parse(json); }

Json time_or_null(std::int64_t milliseconds) {
  return milliseconds == 0 ? Json() : Json(time_text(milliseconds));
}

const char* name_of(PartKind kind) {
  return kind == PartKind::kChapter ? "chapter" : kind == PartKind::kScene ? "scene" : "section";
}

Json to_json(const std::vector<StoryPart>& parts) {
  auto list = Json::array();
  for (const auto& part : parts)
    list.push_back({{"kind", name_of(part.kind)},
                    {"heading", part.heading},
                    {"start_byte", part.start_byte},
                    {"first_passage", part.first_passage}});
  return list;
}

// What a job is called until it has a piece: the story's title, else its opening words.
std::string title_of(const Story& story) {
  if (!story.title.empty() || story.passages.empty()) return story.title;
  std::string title = story.passages.front().text.substr(0, kLongestTitle);
  const auto last_word = title.find_last_of(' ');
  if (title.size() == kLongestTitle) title.resize(last_word == title.npos ? 0 : last_word);
  return title;
}

std::optional<std::string> idempotency_key(const httplib::Request& request) {
  if (!request.has_header("Idempotency-Key")) return std::nullopt;
  auto key = request.get_header_value("Idempotency-Key");
  if (key.empty() || key.size() > kLongestKey)
    throw Refused({422, "Idempotency-Key", "has no good length",
                   fmt::format("1 to {} characters", kLongestKey), fmt::format("{}", key.size())});
  return key;
}

}  // namespace

Progress Api::while_running() const {
  return [this](auto, auto) { return !is_stopping_; };
}

Job Api::job_of(const Call& call) const {
  auto job = shared_.store.find(call.id);
  if (!job) throw Refused({404, "job", "does not exist"});
  return *job;
}

std::string Api::job_json(const Job& job) const {
  const auto self = "/api/v1/jobs/" + job.id;
  Json json{{"id", job.id},
            {"state", s2m::serve::name_of(job.state)},
            {"title", job.title},
            {"created", time_or_null(job.created_ms)},
            {"started", time_or_null(job.started_ms)},
            {"finished", time_or_null(job.finished_ms)}};
  if (const auto progress = runner_.progress(job))
    json["progress"] = {{"stage", progress->stage}, {"done", progress->done}, {"total", progress->total}};
  json["summary"] = parsed_or_null(job.summary);
  json["error"] = job.error.empty() ? Json() : Json::parse(job.error)["error"];
  json["links"] = {{"self", self}, {"events", self + "/events"}};
  json["files"] = Json::object();
  if (job.state == JobState::kDone)
    for (const auto& format : job_formats())
      json["files"][std::string(format.name)] = self + "/files/" + std::string(format.name);
  return write_json(json);
}

// A browser that has the bytes already is told so.
bool Api::is_unchanged(const Call& call, const std::string& tag) {
  call.response.set_header("ETag", tag);
  call.response.set_header("Cache-Control", "no-cache");
  if (call.request.get_header_value("If-None-Match") != tag) return false;
  call.response.status = 304;
  return true;
}

ByteRange Api::sent_range(const Call& call, const std::string& tag, std::size_t size) {
  auto& response = call.response;
  response.set_header("Accept-Ranges", "bytes");
  const auto condition = call.request.get_header_value("If-Range");
  std::optional<ByteRange> range;
  if (call.request.method == "GET" && (condition.empty() || condition == tag)) {
    try {
      range = byte_range(call.request.get_header_value("Range"), size);
    } catch (const Refused&) {
      response.set_header("Content-Range", fmt::format("bytes */{}", size));
      throw;
    }
  }
  if (!range) return {0, size};
  response.status = 206;
  response.set_header("Content-Range", fmt::format("bytes {}-{}/{}", range->begin, range->end - 1, size));
  return *range;
}

void Api::send_file(const Call& call, std::string_view bytes, const std::string& media_type) {
  const auto tag = fmt::format("\"{}\"", to_hex(checksum_of(bytes)));
  if (is_unchanged(call, tag)) return;
  const auto range = sent_range(call, tag, bytes.size());
  call.response.set_content(bytes.data() + range.begin, range.end - range.begin, media_type);
}

void Api::page(const Call& call) {
  const auto* file = page_file(call.request.path);
  if (!file) throw Refused({404, "path", "is not part of this build's page"});
  call.response.set_header(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
      "connect-src 'self'; worker-src 'self'; img-src 'self' data: blob:; media-src blob:; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  if (is_unchanged(call, file->tag)) return;
  if (file->is_gzip) call.response.set_header("Content-Encoding", "gzip");
  call.response.set_content(file->content.data(), file->content.size(), std::string(file->media_type));
}

void Api::soundfont(const Call& call) {
  const auto& file = options_.soundfont;
  auto stream = std::make_shared<std::ifstream>(file, std::ios::binary | std::ios::ate);
  if (file.empty() || !*stream)
    throw Refused({404, "soundfont", "is not there", "a file named by --soundfont"});
  const auto size = static_cast<std::size_t>(stream->tellg());
  const auto changed = std::filesystem::last_write_time(file).time_since_epoch().count();
  const auto tag = fmt::format("\"{:x}-{:x}\"", size, changed);
  if (is_unchanged(call, tag)) return;
  const auto [begin, end] = sent_range(call, tag, size);
  call.response.set_content_provider(
      end - begin, "audio/x-soundfont",
      [this, stream, begin = begin](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        std::string bytes(std::min(length, kSentAtOnce), '\0');
        stream->seekg(static_cast<std::streamoff>(begin + offset));
        stream->read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return *stream && !is_stopping_ && sink.write(bytes.data(), bytes.size());
      });
}

const StudyFolder& Api::study() const {
  if (!options_.study) throw Refused({404, "study", "is not there", "a folder named by --study"});
  return *options_.study;
}

// One file with its script and style, and sounds beside it.
void Api::study_page(const Call& call) {
  call.response.set_header("Content-Security-Policy",
                           "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                           "img-src data:; media-src 'self'; connect-src 'self'; base-uri 'none'; "
                           "form-action 'none'; frame-ancestors 'none'");
  call.response.set_content(read_text(study().page()), "text/html; charset=utf-8");
}

void Api::study_sound(const Call& call) {
  const auto* file = study().sound(call.id);
  if (!file) throw Refused({404, "sound", "does not exist", "a sound of the study's page"});
  const auto bytes = read_bytes(*file);
  send_file(call, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "audio/mpeg");
}

void Api::add_answers(const Call& call) {
  study().add_answers(call.request.body);
  call.response.status = 204;
}

void Api::health(const Call& call) {
  const auto counts = shared_.store.counts();
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - start_;
  write(call.response, {{"status", "ok"},
                        {"version", version()},
                        {"uptime_seconds", up.count()},
                        {"queued", counts.at("queued")},
                        {"running", counts.at("running")}});
}

void Api::metrics(const Call& call) {
  std::map<std::string, double> gauges{{"story2midi_connections", open_connections()},
                                       {"story2midi_event_streams", streams_}};
  for (const auto& [state, count] : shared_.store.counts())
    gauges[fmt::format("story2midi_jobs{{state=\"{}\"}}", state)] = static_cast<double>(count);
  call.response.set_content(shared_.metrics.text(gauges), "text/plain; version=0.0.4");
}

void Api::openapi(const Call& call) { call.response.set_content(std::string(openapi_json()), kJson); }

void Api::read(const Call& call) {
  const auto request = music_request(call.request.body, RequestKind::kRead, shared_.limits);
  const WorkPlaces::Place place(places_);
  const auto reading = shared_.engine.read(request.story, while_running());
  const auto mean = reading->curve.mean();
  Json json{
      {"title", request.story.title},
      {"fingerprint", to_hex(reading->fingerprint)},
      {"mean",
       {{"valence", mean.valence}, {"arousal", mean.arousal}, {"quadrant", s2m::name_of(quadrant_of(mean))}}},
      {"parts", to_json(request.story.parts)},
      {"notes", request.story.notes}};
  json.update(Json::parse(s2m::to_json(reading->curve)));
  write(call.response, json);
}

void Api::plan(const Call& call) {
  const auto request = music_request(call.request.body, RequestKind::kPlan, shared_.limits);
  const WorkPlaces::Place place(places_);
  const auto plan = shared_.engine.plan(request, while_running());
  check_length(plan, shared_.limits);
  const auto why = shared_.engine.explain(request, plan, while_running());
  call.response.set_content(s2m::to_json(plan, why) + "\n", kJson);
}

Job Api::piece_to_change(const std::string& id) const {
  auto job = shared_.store.find(id);
  if (!job)
    throw Refused(
        {404, "request.change.job", "does not exist", "the id of a job that is done", id.substr(0, 40)});
  if (job->state != JobState::kDone)
    throw Refused({409, "request.change.job", "has no piece", "a job that is done",
                   std::string(s2m::serve::name_of(job->state))});
  return *job;
}

void Api::add_job(const Call& call) {
  const auto key = idempotency_key(call.request);
  const auto request = music_request(call.request.body, RequestKind::kCompose, shared_.limits);
  const auto title = request.change ? piece_to_change(request.change->job).title : title_of(request.story);
  auto [admission, job] = shared_.store.add(call.request.body, title, key, options_.most_queued);
  if (admission == Admission::kQueueFull)
    throw Refused({429,
                   "queue",
                   "is full",
                   fmt::format("at most {} waiting jobs", options_.most_queued),
                   {},
                   kRetrySeconds});
  if (admission == Admission::kKeyOfAnother)
    throw Refused({409, "Idempotency-Key", "is that of another request", "a new key"});
  if (admission == Admission::kAdded) runner_.add(job);
  call.response.status = 202;
  call.response.set_header("Location", "/api/v1/jobs/" + job.id);
  call.response.set_content(job_json(job) + "\n", kJson);
}

void Api::list_jobs(const Call& call) {
  const auto limit = static_cast<int>(number_of(call.request, "limit", 20, 100));
  const auto last = std::numeric_limits<std::int64_t>::max();
  const auto jobs = shared_.store.list(limit + 1, number_of(call.request, "before", last, last));
  Json json{{"jobs", Json::array()}, {"next", nullptr}};
  for (const auto& job : jobs) {
    if (json["jobs"].size() == static_cast<std::size_t>(limit)) {
      const auto before = jobs[static_cast<std::size_t>(limit) - 1].number;
      json["next"] = fmt::format("/api/v1/jobs?limit={}&before={}", limit, before);
      break;
    }
    json["jobs"].push_back(Json::parse(job_json(job)));
  }
  write(call.response, json);
}

void Api::show_job(const Call& call) { call.response.set_content(job_json(job_of(call)) + "\n", kJson); }

void Api::show_request(const Call& call) { call.response.set_content(job_of(call).request, kJson); }

void Api::delete_job(const Call& call) {
  job_of(call);
  if (!shared_.store.remove(call.id))
    throw Refused({409, "job", "is running", "one that has ended; cancel it first"});
  runner_.forget(call.id);
  call.response.status = 204;
}

void Api::cancel_job(const Call& call) {
  job_of(call);
  if (!runner_.cancel(call.id)) throw Refused({409, "job", "has ended already", "a queued or running one"});
  call.response.set_content(job_json(job_of(call)) + "\n", kJson);
}

void Api::stream_events(const Call& call) {
  const auto job = job_of(call);
  std::int64_t seen = 0;
  const auto last = call.request.get_header_value("Last-Event-ID");
  std::from_chars(last.data(), last.data() + last.size(), seen);
  auto live = is_finished(job.state) ? nullptr : runner_.live(job.id);
  if (!live) {
    auto ended = std::make_shared<LiveJob>();
    ended->end(shared_.store.file(job.id, "bars").value_or(""));
    live = ended;
  }
  if (++streams_ > options_.most_streams) {
    --streams_;
    throw Refused({503,
                   "server",
                   "has too many event streams",
                   fmt::format("at most {}", options_.most_streams),
                   {},
                   kRetrySeconds});
  }
  const auto stream = std::make_shared<EventStream>(
      std::move(live), static_cast<std::size_t>(std::max<std::int64_t>(seen, 0)), [this, id = job.id] {
        const auto now = shared_.store.find(id);
        return now ? job_json(*now) : std::string("null");
      });
  call.response.set_header("X-Accel-Buffering", "no");
  call.response.set_chunked_content_provider(
      "text/event-stream",
      [stream](std::size_t, httplib::DataSink& sink) {
        const auto text = stream->next();
        if (text.empty()) {
          sink.done();
          return true;
        }
        return sink.is_writable() && sink.write(text.data(), text.size());
      },
      [this](bool) { --streams_; });
}

void Api::fetch_file(const Call& call) {
  const auto* format = job_format(call.format);
  if (!format)
    throw Refused({404, "file", "does not exist", "midi, musicxml, svg, wav and so on", call.format});
  const auto job = job_of(call);
  if (job.state != JobState::kDone)
    throw Refused(
        {409, "job", "has no files", "a job that is done", std::string(s2m::serve::name_of(job.state))});
  const auto stored = [&](std::string_view name) {
    auto bytes = shared_.store.file(job.id, std::string(name));
    if (!bytes) throw Refused({404, "file", "does not exist"});
    return std::move(*bytes);
  };
  const auto name = fmt::format("{}/{}", job.id, format->name);
  auto bytes = made_.find(name);
  if (!format->is_made_on_demand) {
    bytes = std::make_shared<const std::string>(stored(format->name));
  } else if (!bytes) {
    const auto source = stored(source_of(*format));
    const WorkPlaces::Place place(places_);
    bytes = std::make_shared<const std::string>(
        made_on_demand(*format, source, [this] { return !is_stopping_.load(); }));
    made_.keep(name, bytes);
  }
  send_file(call, *bytes, std::string(format->media_type));
  call.response.set_header("Content-Disposition", fmt::format("attachment; filename=\"story2midi-{}{}\"",
                                                              job.id.substr(0, 8), format->ending));
  call.response.headers.erase("Cache-Control");
  call.response.set_header("Cache-Control", "private, max-age=86400, immutable");
}

}  // namespace s2m::serve
