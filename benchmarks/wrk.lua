-- Posts events with an id of their own each. Arguments: template file, prefix, events a request, header lines "Name: value" …
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local template, id = file:read("*a"), string.rep("@", 20)
  file:close()
  parts, from = {}, 1
  while true do
    local first, last = template:find(id, from, true)
    if not first then break end
    parts[#parts + 1] = template:sub(from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = template:sub(from)
  prefix = args[2] .. "t" .. number .. "-"
  form = "%s%0" .. (20 - #prefix) .. "d"
  per_request, counter = tonumber(args[3]), 0
  wrk.method = "POST"
  for position = 4, #args do
    local name, value = args[position]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end

local function event()
  counter = counter + 1
  return table.concat(parts, form:format(prefix, counter))
end

function request()
  if per_request == 1 then return wrk.format(nil, nil, nil, event()) end
  local events = {}
  for position = 1, per_request do events[position] = event() end
  return wrk.format(nil, nil, nil, "[" .. table.concat(events, ",") .. "]")
end

function done(summary, latency)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  io.stderr:write(string.format(
    '{"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, failed, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
