-- wrk's side of bench/store.mjs: each request is a new message of the next sender.  SENDERS names a
-- file with a line of path and cookie for each; SALT makes the client_ids of this run its own.
local senders = {}
for line in io.lines(os.getenv("SENDERS")) do
  local path, cookie = line:match("^(%S+) (%S+)$")
  senders[#senders + 1] = {
    path = path,
    headers = { ["Content-Type"] = "application/json", ["Cookie"] = cookie },
  }
end
local salt = os.getenv("SALT")
local sent = 0

function request()
  sent = sent + 1
  local s = senders[sent % #senders + 1]
  local body = string.format(
    '{"client_id":"%s-0000-7000-8000-%012x","body":"A sentence of the length that people write when they answer each other."}',
    salt, sent)
  return wrk.format("POST", s.path, s.headers, body)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"us":%d,"failed":%d,"p50":%.1f,"p99":%.1f}\n',
    summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
