/** The page of local mode, seen through a real browser. */
@NullMarked
@CheckReturnValue
package dev.together.browser;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
