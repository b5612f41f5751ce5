-- n times: resume a coroutine that yields; ops = resume and yield pairs
local n = math.tointeger(tonumber(arg[1]))
local generator = coroutine.wrap(function() while true do coroutine.yield(1) end end)
local t0 = os.clock()
local sum = 0
for _ = 1, n do sum = sum + generator() end
local dt = os.clock() - t0
print("# sum = " .. sum)
print("RESULT resume " .. n .. " " .. dt .. " " .. n / dt)
