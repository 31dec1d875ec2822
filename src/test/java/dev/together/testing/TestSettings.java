package dev.together.testing;

import java.util.Map;

import dev.together.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

/** Settings for what is tested without the application around it. */
public class TestSettings {

    private TestSettings() {
    }

    /** The defaults, but for these. */
    public static Settings with(Map<String, String> properties) {
        return new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(Settings.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100)).build()
                .getConfigMapping(Settings.class);
    }
}
