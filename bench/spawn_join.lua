-- make n coroutines that return i, run each to its end, sum; ops = n
local n = math.tointeger(tonumber(arg[1]))
local t0 = os.clock()
local fibers = {}
for i = 0, n - 1 do fibers[#fibers + 1] = coroutine.create(function() return i end) end
local sum = 0
for i = 1, n do
  local _, v = coroutine.resume(fibers[i])
  sum = sum + v
end
local dt = os.clock() - t0
print("# sum = " .. sum)
print("RESULT spawn_join " .. n .. " " .. dt .. " " .. n / dt)
