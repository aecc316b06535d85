#!/bin/bash
# Pictures of a history and of the rows of a saved array; what cannot be drawn is refused, and leaves no file.
set -u
cd "$SCRATCH"
command -v gnuplot >/dev/null || { echo "gnuplot is not installed"; exit 77; }
passed=0 failed=0
verdict() { if [ $? = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $1"; fi; }
cat >m.ad <<'M'
dim N
data x[N], y[N]
param W[2, 6] = 0.1, b = 0
output r[n] = b + (sum[k: 2, j: 6] W[k, j]) * x[n] - y[n]
loss mean[n] r[n]^2
metric worst = max[n] abs(r[n])
M
awk 'BEGIN { print "x,y"; for (n = 0; n < 50; n++) print n / 50 "," n / 25 + 1 }' >d.csv
adc run m.ad --data x=d.csv:x --data y=d.csv:y --dev x=d.csv:x --dev y=d.csv:y --batch 10 --epochs 8 --lr 0.05 --history h.csv --save p.npz >/dev/null
legend() { sed -nE 's/.*gnuplot_plot.*<title>(.*)<.title>/\1/p' "$1" | paste -sd,; }
powers() { grep -c '> *1e+[0-9][0-9]<' "$1"; } # of ten, at the axes
adc plot h.csv -o h.svg && grep -q '</svg>' h.svg && [ "$(grep -o development h.svg | wc -l)" -ge 2 ] && grep -q epoch h.svg && grep -q worst h.svg
verdict "a history with a development set has two panels"
adc run m.ad --data x=d.csv:x --data y=d.csv:y --steps 20 --history s.csv >/dev/null
adc plot s.csv -o s.svg && ! grep -q development s.svg && grep -q step s.svg
verdict "one without"
adc plot s.csv --columns worst,loss -o s.svg && grep -q worst s.svg
verdict "chosen columns"
adc run m.ad --data x=d.csv:x --data y=d.csv:y --steps 20 --lr 1 --history t.csv >/dev/null
adc plot s.csv t.csv -o two.svg && [ "$(legend two.svg)" = "s,t" ]
verdict "two histories in one picture"
adc plot h.csv s.csv --columns loss -o two.svg && [ "$(legend two.svg)" = "h,h, development,s" ] && grep -q epoch two.svg
verdict "one of them with a development set"
folder=$(printf 'folder%.0s' {1..30})
adc run m.ad --data x=d.csv:x --data y=d.csv:y --batch 10 --steps 3 --history short.csv >/dev/null
mkdir -p "$folder/$folder" && cp short.csv "$folder/$folder/it's.csv"
adc plot h.csv "$folder/$folder/it's.csv" --columns loss -o two.svg && [ "$(legend two.svg)" = "h,h, development,$folder/$folder/it's" ] && grep -q '>step<' two.svg
verdict "one that ends in its first epoch: over the steps; a long name"
adc run m.ad --data x=d.csv:x --data y=d.csv:y --optimizer gd --lr 5 --steps 50 --history off.csv >/dev/null 2>&1
adc plot off.csv -o one.svg && adc plot s.csv off.csv -o two.svg && [ "$(powers one.svg)" != 0 ] && [ "$(powers two.svg)" = 0 ] && [ "$(legend two.svg)" = "s,off" ]
verdict "a run that diverged does not hide the other"
adc plot p.npz:W --image 2x3 -o w.png && [ "$(head -c 4 w.png | tail -c 3)" = PNG ]
verdict "rows as images"
awk 'BEGIN { print "step,epoch,loss"; for (k = 0; k < 4000; k++) print k ",0," (k == 2000 ? 1000 : 1 + k % 2) }' >many.csv
adc plot many.csv -o many.svg && [ "$(tr -c L '\n' <many.svg | grep -c L)" -lt 1600 ] && grep -q '>1000<' many.svg
verdict "many steps are drawn as some hundred means, in a band that shows what stands out"
printf 'hyper step = 0\nparam x[3] = 1\nloss sum(x^2) + 1 + (if step == 12345 then 1000 else 0)\n' >peak.ad
adc run peak.ad --lr 0.001 --steps 30000 --plot peak.svg >/dev/null && [ "$(tr -c L '\n' <peak.svg | grep -c L)" -lt 1600 ] && grep -q '> *1000<' peak.svg
verdict "so in the picture of a run"
echo 255,0,0,255,0,0,255,0,255,0,0,0 >planes.csv
adc plot planes.csv --image 2x2 -o c.svg && [ "$(grep -oE "rgb\( *[0-9]+, *[0-9]+, *[0-9]+\)' p" c.svg | tr -dc '0-9,\n')" = "255,0,255
0,0,0
0,255,0
255,0,0" ]
verdict "rows of three planes in colour"
cat >beale.ad <<'M'
param x = 3, y in (0, 1) = 0.5
loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2
M
adc plot beale.ad --surface -o surface.svg && grep -q '> 0.8<' surface.svg && ! grep -q '> 1.2<' surface.svg
verdict "a surface around the point, within its constraint"
adc plot m.ad --surface -x 'W[1,2]=-7,7' -y b --data x=d.csv:x --data y=d.csv:y --load p.npz -o surface.svg && grep -qF '>W[1, 2]<' surface.svg && grep -qF '>-6<' surface.svg
verdict "two of many parameters"
adc plot m.ad --residuals r --data x=d.csv:x --data y=d.csv:y -o r.svg && grep -q '>50 residuals: mean -1.39, ' r.svg && ! grep -q 'R²' r.svg
verdict "residuals"
cat >line.ad <<'M'
dim N
data x[N], y[N]
output fit[n] = 1.9 * x[n] + 1
M
adc plot line.ad --residuals fit,y --data x=d.csv:x --data y=d.csv:y -o r.svg && grep -q '>50 residuals: mean 0.049, .*R² 0.9903<' r.svg && grep -q '>observed: y<' r.svg
verdict "predicted against observed"
awk 'BEGIN { print "x,y"; for (n = 0; n < 20000; n++) print n / 20000 "," n / 10000 + 1 + (n == 777 ? 50 : n % 7 / 7) }' >long.csv
adc plot line.ad --residuals fit,y --data x=long.csv:x --data y=long.csv:y -o r.svg && [ "$(grep -c '#gpPt' r.svg)" -lt 6300 ] && grep -q '> 50<' r.svg
verdict "of many points the ends are drawn"
refused() { # message, options
    adc plot "${@:2}" 2>err && return 1
    grep -qF -- "$1" err && [ ! -e none.svg ] && [ ! -e none.svg.part ]
    verdict "refused: $1"
}
refused "s.csv has no column worse." s.csv --columns worse -o none.svg
refused "d.csv is no history: its first line does not begin with step,epoch,loss." d.csv -o none.svg
sed 's/,worst/,worse/' s.csv >other.csv
refused "other.csv has no column worst, which s.csv has." s.csv other.csv --columns loss,worst -o none.svg
refused "--image is of one file: p.npz:W and p.npz:W are two" p.npz:W p.npz:W --image 2x3 -o none.svg
refused "no file"
echo 'step,epoch,"loss' >quote.csv
refused "quote.csv is no history" quote.csv -o none.svg
{ printf step,epoch,loss; printf ',m%d' {1..62}; printf '\n0,0,1\n'; } >wide.csv
refused "wide.csv has more than 64 columns." wide.csv -o none.svg
refused "p.npz:W has rows of 6 numbers, neither 4 x 4 nor three times as many." p.npz:W --image 4x4 -o none.svg
refused "p.npz has no array V" p.npz:V --image 2x3 -o none.svg
refused "gnuplot draws no images of a single row or column." p.npz:W --image 1x6 -o none.svg
refused "a picture's name ends in .svg or .png" s.csv -o none.gif
refused "model.ad: --surface or --residuals say what is drawn of a model" model.ad -o none.svg
refused "m has 13 parameters: -x and -y say which two are meant" m.ad --surface --set 'x=[1]' --set 'y=[1]' -o none.svg
refused "-x b=2,1: expected b=LO,HI with LO below HI" m.ad --surface --set 'x=[1]' --set 'y=[1]' -x b=2,1 -y 'W[0,0]' -o none.svg
refused "-y W[2,0]: the model has no parameter W[2,0]" m.ad --surface --set 'x=[1]' --set 'y=[1]' -x b -y 'W[2,0]' -o none.svg
refused "The loss of beale has no finite value from 2 to 4 and from 1 to 3." beale.ad --surface -x 2,4 -y 1,3 -o none.svg
refused "--columns does not go with a picture of a model" beale.ad --surface --columns loss -o none.svg
refused "--residuals: m has no output s of real numbers" m.ad --residuals s --set 'x=[1]' --set 'y=[1]' -o none.svg
refused "r has no residual that is a finite number." m.ad --residuals r --set 'x=[1]' --set 'y=[1]' --set b=1e308 --set 'W=[[1e308,1e308,1,1,1,1],[1,1,1,1,1,1]]' -o none.svg
refused "--image 2by3: expected a height and a width, as 28x28" p.npz:W --image 2by3 -o none.svg
refused "-o says where the picture goes" s.csv
refused "Cannot read nothing.csv" nothing.csv -o none.svg
echo "$passed passed, $failed failed"
[ $failed = 0 ]
