package bot

import (
	"bytes"
	"fmt"
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"bazarbot/dialogs"
)

// A chart is as wide as a phone shows it, with letters one can read there.
const (
	chartWidth  = 900 * vg.Inch / chartDPI // 900 × 540 pixels
	chartHeight = 540 * vg.Inch / chartDPI
	chartDPI    = 120
	chartLetter = 11
)

// chartColours tell the rows of figures apart, also for who tells red from green
// badly.
var chartColours = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	color.RGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff},
	color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff},
}

// chart draws figures by day as bars, in a PNG.
func (r renderer) chart(c dialogs.Chart) []byte {
	png, err := r.draw(c)
	if err != nil {
		r.log.Error("chart", "error", err)
	}
	return png
}

func (r renderer) draw(c dialogs.Chart) ([]byte, error) {
	p := plot.New()
	p.Title.Text = r.plain(c.Title)
	p.Y.Min, p.Legend.Top, p.Legend.Left = 0, true, true
	for _, size := range []*vg.Length{
		&p.Title.TextStyle.Font.Size, &p.Legend.TextStyle.Font.Size, &p.X.Tick.Label.Font.Size, &p.Y.Tick.Label.Font.Size,
	} {
		*size = chartLetter
	}
	p.Add(plotter.NewGrid())
	width := chartWidth * 7 / 10 / vg.Length(max(1, len(c.Days)*len(c.Series)))
	most := 1
	for i, s := range c.Series {
		values := make(plotter.Values, len(s.N))
		for day, n := range s.N {
			values[day], most = float64(n), max(most, n)
		}
		bars, err := plotter.NewBarChart(values, width)
		if err != nil {
			return nil, fmt.Errorf("bars: %w", err)
		}
		bars.Color, bars.LineStyle.Width = chartColours[i%len(chartColours)], 0
		bars.Offset = width * (vg.Length(i) - vg.Length(len(c.Series)-1)/2)
		p.Add(bars)
		p.Legend.Add(r.plain(s.Name), bars)
	}
	p.Y.Max = float64(most) * 1.3 // room for the legend
	labels := make([]string, len(c.Days))
	for i, day := range c.Days {
		if (len(c.Days)-1-i)%2 == 0 {
			labels[i] = day.Format("02.01")
		}
	}
	p.NominalX(labels...)
	p.X.Min, p.X.Max = -0.6, float64(len(c.Days))-0.4
	p.Y.Tick.Marker = plot.ConstantTicks{wholeTick(0), wholeTick((most + 1) / 2), wholeTick(most)}
	return drawn(p)
}

func wholeTick(n int) plot.Tick { return plot.Tick{Value: float64(n), Label: strconv.Itoa(n)} }

// drawn is the plot as a PNG.
func drawn(p *plot.Plot) ([]byte, error) {
	canvas := vgimg.NewWith(vgimg.UseWH(chartWidth, chartHeight), vgimg.UseDPI(chartDPI))
	p.Draw(draw.New(canvas))
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("png: %w", err)
	}
	return b.Bytes(), nil
}
