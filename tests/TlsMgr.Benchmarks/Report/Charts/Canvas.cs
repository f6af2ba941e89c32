using System.Globalization;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;

namespace TlsMgr.Benchmarks.Report.Charts;

/// <summary>
/// Writes SVG. The picture has a background of its own, so that it can be read on light and dark pages: an image of a
/// page does not see the page's colours.
/// </summary>
internal sealed class Canvas
{
    private const string Font = "-apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif";
    private readonly StringBuilder _svg = new();

    internal Canvas(double width, double height, string title)
    {
        _svg.AppendLine(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {N(width)} {N(height)}\" width=\"{N(width)}\" "
            + $"height=\"{N(height)}\" role=\"img\" font-family=\"{Font}\">");
        _svg.AppendLine($"<title>{SecurityElement.Escape(title)}</title>");
        _svg.AppendLine(
            $"<rect width=\"{N(width)}\" height=\"{N(height)}\" rx=\"6\" fill=\"{Palette.Background}\" "
            + $"stroke=\"{Palette.Grid}\"/>");
    }

    /// <summary>A text; its baseline is at <paramref name="y"/>.</summary>
    internal void Text(
        double x, double y, string text, string anchor = "start", double size = 11, bool isBold = false,
        string color = Palette.Text)
    {
        string weight = isBold ? " font-weight=\"600\"" : "";
        _svg.AppendLine(
            $"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\" font-size=\"{N(size)}\" fill=\"{color}\"{weight}>"
            + $"{SecurityElement.Escape(text)}</text>");
    }

    internal void Line(double x1, double y1, double x2, double y2, string color, double width = 1) => _svg.AppendLine(
        $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{color}\" "
        + $"stroke-width=\"{N(width)}\"/>");

    /// <summary>A bar; a name appears when the pointer is on it, where the page allows it.</summary>
    internal void Bar(double x, double y, double width, double height, string color, string name) => _svg.AppendLine(
        $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{color}\">"
        + $"<title>{SecurityElement.Escape(name)}</title></rect>");

    internal void Dot(double x, double y, double radius, string color, string name) => _svg.AppendLine(
        $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{color}\">"
        + $"<title>{SecurityElement.Escape(name)}</title></circle>");

    internal void Path((double X, double Y)[] points, string color) => _svg.AppendLine(
        $"<polyline points=\"{string.Join(' ', points.Select(static point => $"{N(point.X)},{N(point.Y)}"))}\" "
        + $"fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");

    /// <summary>Writes the picture.</summary>
    internal void Save(string path) => File.WriteAllText(path, ToString());

    /// <summary>The text of the file.</summary>
    public override string ToString() => _svg + "</svg>\n";

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
