# The path of the optimiser over the contours of Beale's function:
#   gnuplot -e "history='path.csv'; picture='path.svg'" path.gp
set terminal svg size 720,540 background "white" font "sans,12"
set output picture
set xrange [0:4]
set yrange [-1:2]
set xlabel "x"
set ylabel "y"

set datafile separator ","
set table $path
plot history using (column("x")):(column("y")) with table
unset table
set datafile separator whitespace

beale(x, y) = (1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2
set samples 241
set isosamples 241
set contour base
unset surface
set cntrparam levels discrete 0.05, 0.2, 0.5, 1, 2, 4, 8, 16, 32, 64
set table $contours
splot beale(x, y)
unset table

$minimum << END
3 0.5
END
plot $contours using 1:2 with lines linecolor rgb "#b8b8b8" title "contours of the loss", \
     $path with linespoints pointtype 7 pointsize 0.25 linecolor rgb "#c03020" title "path of Adam", \
     $minimum with points pointtype 2 pointsize 1.5 linewidth 2 linecolor rgb "#2050a0" title "minimum (3, 0.5)"
