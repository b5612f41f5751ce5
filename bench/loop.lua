-- sum of 1..n in a while loop; ops = iterations
local function run(n)
  local i, s = 0, 0
  while i < n do
    i = i + 1
    s = s + i
  end
  return s
end
local n = math.tointeger(tonumber(arg[1]))
local t0 = os.clock()
local r = run(n)
local dt = os.clock() - t0
print("# sum = " .. r)
print("RESULT loop " .. n .. " " .. dt .. " " .. n / dt)
