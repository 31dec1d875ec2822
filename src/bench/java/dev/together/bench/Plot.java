package dev.together.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Two small curves above each other in SVG: sends a second and p99, against something that grows. */
class Plot {

    private static final int WIDTH = 480;
    private static final int PANEL = 200;
    private static final int LEFT = 70;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int DEEP = 120;

    /** What was measured at one size. */
    record Point(String size, Figures figures) {
    }

    private Plot() {
    }

    static void write(Path file, String what, List<Point> points) throws IOException {
        var svg = """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s%s</svg>
                """.formatted(WIDTH, 2 * PANEL,
                panel(0, "Sends a second by " + what, points, figures -> figures.value(Figures.SENDS)),
                panel(PANEL, "Send p99 in milliseconds by " + what, points, figures -> figures.value("send_p99_ms")));
        Files.writeString(file, svg);
    }

    private static String panel(int y, String title, List<Point> points, ToDoubleFunction<Figures> value) {
        double most = points.stream().mapToDouble(point -> value.applyAsDouble(point.figures())).max().orElse(1);
        var line = new StringBuilder();
        var marks = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            double at = value.applyAsDouble(points.get(i).figures());
            double x = LEFT + (WIDTH - LEFT - RIGHT) * (i + 0.5) / points.size();
            double height = y + TOP + DEEP * (1 - at / most);
            line.append(format("%.1f,%.1f ", x, height));
            marks.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#1d4ed8\"/>\n", x, height))
                    .append(text(x, height - 8, "middle", number(at)))
                    .append(text(x, y + TOP + DEEP + 18, "middle", points.get(i).size()));
        }
        return text(WIDTH / 2.0, y + 18, "middle", title)
                + format("<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#888\"/>\n", LEFT, y + TOP, y + TOP + DEEP,
                        WIDTH - RIGHT)
                + text(LEFT - 6, y + TOP + 4, "end", number(most)) + text(LEFT - 6, y + TOP + DEEP + 4, "end", "0")
                + "<polyline points=\"" + line + "\" fill=\"none\" stroke=\"#1d4ed8\" stroke-width=\"2\"/>\n" + marks;
    }

    private static String text(double x, double y, String anchor, String text) {
        return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, text);
    }

    private static String number(double value) {
        return value >= 100 ? format("%,.0f", value) : format("%.1f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
