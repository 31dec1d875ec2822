/** A user's live connections; knows no feature. */
@NullMarked
@CheckReturnValue
package dev.together.channel;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
