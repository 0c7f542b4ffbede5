<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>SpecAware</name>
    <message>
        <source>Measures how accurate a class map is, and how large its classes really are, with points that took no part in making it.

Overall, user's and producer's accuracy and the areas are estimated with the stratified estimators of Olofsson et al. 2014 and Stehman 2014, each with its standard error. The estimated areas correct the map's mistakes; counting pixels does not.

Reference points that lie on training labels are refused: a map is nearly always right where it was trained.</source>
        <translation>Misst, wie genau eine Klassenkarte ist und wie groß ihre Klassen wirklich sind, mit Punkten, die an ihrer Herstellung nicht beteiligt waren.

Gesamt-, Nutzer- und Produzentengenauigkeit und die Flächen werden mit den stratifizierten Schätzern von Olofsson et al. 2014 und Stehman 2014 geschätzt, jeweils mit Standardfehler. Die geschätzten Flächen berichtigen die Fehler der Karte; das Zählen von Pixeln tut das nicht.

Referenzpunkte auf Trainingslabels werden abgelehnt: Wo trainiert wurde, stimmt eine Karte fast immer.</translation>
    </message>
    <message>
        <source>A raster of class numbers, such as Classify land cover writes.</source>
        <translation>Ein Raster mit Klassennummern, wie „Landbedeckung klassifizieren“ es schreibt.</translation>
    </message>
    <message>
        <source>Points with their true class, in any coordinate system. Best are those of Draw reference points; other random points are taken as stratified by the classes of the map.</source>
        <translation>Punkte mit ihrer wahren Klasse, in beliebigem Koordinatensystem. Am besten sind die von „Referenzpunkte ziehen“; andere Zufallspunkte gelten als nach den Klassen der Karte stratifiziert.</translation>
    </message>
    <message>
        <source>The field with the true class: names or numbers as in the map.</source>
        <translation>Das Feld mit der wahren Klasse: Namen oder Nummern wie in der Karte.</translation>
    </message>
    <message>
        <source>The labels the map was made from; reference points on them are refused.</source>
        <translation>Die Labels, aus denen die Karte entstand; Referenzpunkte darauf werden abgelehnt.</translation>
    </message>
    <message>
        <source>The field of the training labels that holds the class.</source>
        <translation>Das Feld der Trainingslabels mit der Klasse.</translation>
    </message>
    <message>
        <source>A page with everything, or JSON if the name ends in .json.</source>
        <translation>Eine Seite mit allem, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Assess class map</source>
        <translation>Klassenkarte prüfen</translation>
    </message>
    <message>
        <source>Training labels, to refuse points on them</source>
        <translation>Trainingslabels, um Punkte darauf abzulehnen</translation>
    </message>
    <message>
        <source>Class field of the training labels</source>
        <translation>Klassenfeld der Trainingslabels</translation>
    </message>
    <message>
        <source>Class map</source>
        <translation>Klassenkarte</translation>
    </message>
    <message>
        <source>Reference points</source>
        <translation>Referenzpunkte</translation>
    </message>
    <message>
        <source>Field with the true class</source>
        <translation>Feld mit der wahren Klasse</translation>
    </message>
    <message>
        <source>Overall accuracy</source>
        <translation>Gesamtgenauigkeit</translation>
    </message>
    <message>
        <source>Its standard error</source>
        <translation>Ihr Standardfehler</translation>
    </message>
    <message>
        <source>Reference points used</source>
        <translation>Verwendete Referenzpunkte</translation>
    </message>
    <message>
        <source>There are no reference points with a class.</source>
        <translation>Es gibt keine Referenzpunkte mit einer Klasse.</translation>
    </message>
    <message>
        <source>Choose a layer and its class field.</source>
        <translation>Wählen Sie einen Layer und sein Klassenfeld.</translation>
    </message>
    <message>
        <source>User’s accuracy</source>
        <translation>Nutzergenauigkeit</translation>
    </message>
    <message>
        <source>Producer’s accuracy</source>
        <translation>Produzentengenauigkeit</translation>
    </message>
    <message>
        <source>Tells how much SpecAware weighs each band at a point, at the points of a layer, or inside a box. Give one of the three.

SpecAware generates the weights of every band from the band's metadata and from the image: of the whole scene with the default weights, of the place's surroundings with others. &lt;b&gt;Gain&lt;/b&gt; is the share of the embedding's weight a band gets before its values are seen, &lt;b&gt;response&lt;/b&gt; the share of what really reaches the model at this place, &lt;b&gt;content shift&lt;/b&gt; how much the image content changed the band's weights (0: not at all).

With a saved land cover model the table also tells, for each class, how much of its probability is lost when a group of neighbouring bands is replaced by its local mean. This is the independent check on the weights.

The result is a table (CSV) with a row for each place and band: spectrum, spread, gain, response and content shift. Bad bands have no weights. A name that ends in .json gives everything in one document.</source>
        <translation>Sagt, wie stark SpecAware jeden Kanal gewichtet: an einem Punkt, an den Punkten eines Layers oder in einem Rechteck. Geben Sie eines der drei an.

SpecAware erzeugt die Gewichte jedes Kanals aus den Metadaten des Kanals und aus dem Bild: mit den Standardgewichten aus der ganzen Szene, mit anderen aus der Umgebung des Orts. &lt;b&gt;Gewicht&lt;/b&gt; ist der Anteil am Gewicht der Einbettung, den ein Kanal erhält, bevor seine Werte gesehen werden, &lt;b&gt;Antwort&lt;/b&gt; der Anteil dessen, was an diesem Ort wirklich ins Modell gelangt, &lt;b&gt;Inhaltseinfluss&lt;/b&gt;, wie sehr der Bildinhalt die Gewichte des Kanals verändert hat (0: gar nicht).

Mit einem gespeicherten Landbedeckungsmodell sagt die Tabelle außerdem für jede Klasse, wie viel ihrer Wahrscheinlichkeit verloren geht, wenn eine Gruppe benachbarter Kanäle durch ihr lokales Mittel ersetzt wird. Das ist die unabhängige Probe auf die Gewichte.

Das Ergebnis ist eine Tabelle (CSV) mit einer Zeile je Ort und Kanal: Spektrum, Streuung, Gewicht, Antwort und Inhaltseinfluss. Schlechte Kanäle haben keine Gewichte. Endet der Name auf .json, steht alles in einem Dokument.</translation>
    </message>
    <message>
        <source>A raster with wavelengths. Its bands, sensor and processing level are read from the file.</source>
        <translation>Ein Raster mit Wellenlängen. Kanäle, Sensor und Verarbeitungsstufe werden aus der Datei gelesen.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a raster without a georeference.</source>
        <translation>Pixelgröße in Metern, für ein Raster ohne Georeferenz.</translation>
    </message>
    <message>
        <source>A place on the scene. The weights are those of the 64 x 64 pixels around it, the response is that of the patch that holds it.</source>
        <translation>Ein Ort in der Szene. Die Gewichte gelten für die 64 x 64 Pixel darum, die Antwort für den Bildausschnitt (Patch), in dem er liegt.</translation>
    </message>
    <message>
        <source>Up to {} points, or the selected ones only. Each gets its own rows in the table.</source>
        <translation>Bis zu {} Punkte oder nur die ausgewählten. Jeder erhält eigene Zeilen in der Tabelle.</translation>
    </message>
    <message>
        <source>A box on the scene. The weights are means over it; of a large box, parts spread over it are taken.</source>
        <translation>Ein Rechteck in der Szene. Die Gewichte sind Mittel darüber; aus einem großen werden verteilte Teile genommen.</translation>
    </message>
    <message>
        <source>A model saved by Classify land cover. Then the table has a column for each class.</source>
        <translation>Ein von „Landbedeckung klassifizieren“ gespeichertes Modell. Die Tabelle erhält dann eine Spalte je Klasse.</translation>
    </message>
    <message>
        <source>SpecAware weights instead of the bundled ones. A saved model needs those it was trained with.</source>
        <translation>SpecAware-Gewichte statt der mitgelieferten. Ein gespeichertes Modell braucht die, mit denen es trainiert wurde.</translation>
    </message>
    <message>
        <source>auto takes a CUDA graphics card where there is one. The numbers are the same.</source>
        <translation>auto nimmt eine CUDA-Grafikkarte, wenn es eine gibt. Die Zahlen sind dieselben.</translation>
    </message>
    <message>
        <source>The table. CSV, or JSON if the name ends in .json.</source>
        <translation>Die Tabelle. CSV, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Explain band weights</source>
        <translation>Kanalgewichte erklären</translation>
    </message>
    <message>
        <source>The layer of points cannot be read.</source>
        <translation>Der Punktlayer lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Choose another layer.</source>
        <translation>Wählen Sie einen anderen Layer.</translation>
    </message>
    <message>
        <source>The layer holds no point.</source>
        <translation>Der Layer enthält keinen Punkt.</translation>
    </message>
    <message>
        <source>Choose another layer, or other features.</source>
        <translation>Wählen Sie einen anderen Layer oder andere Objekte.</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Or places: points</source>
        <translation>Oder Orte: Punkte</translation>
    </message>
    <message>
        <source>Or a box</source>
        <translation>Oder ein Rechteck</translation>
    </message>
    <message>
        <source>Saved model, to see what its classes need</source>
        <translation>Gespeichertes Modell, um zu sehen, was seine Klassen brauchen</translation>
    </message>
    <message>
        <source>Other SpecAware weights</source>
        <translation>Andere SpecAware-Gewichte</translation>
    </message>
    <message>
        <source>Band weights</source>
        <translation>Kanalgewichte</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Choose one: a place, a layer of points, or a box.</source>
        <translation>Wählen Sie eines: einen Ort, einen Punktlayer oder ein Rechteck.</translation>
    </message>
    <message>
        <source>Select some of them.</source>
        <translation>Wählen Sie einige davon aus.</translation>
    </message>
    <message>
        <source>Check the coordinate systems of points and image.</source>
        <translation>Prüfen Sie die Koordinatensysteme von Punkten und Bild.</translation>
    </message>
    <message>
        <source>{} kinds of places were chosen.</source>
        <translation>Gewählte Arten von Orten: {}.</translation>
    </message>
    <message>
        <source>There are more than {} points.</source>
        <translation>Es gibt mehr als {} Punkte.</translation>
    </message>
    <message>
        <source>The points cannot be transformed: {}.</source>
        <translation>Die Punkte lassen sich nicht umrechnen: {}.</translation>
    </message>
    <message>
        <source>Set it only if the file does not tell the sensor, or tells a wrong one.</source>
        <translation>Nur angeben, wenn die Datei den Sensor nicht oder falsch nennt.</translation>
    </message>
    <message>
        <source>Set it only if the file does not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>Nur angeben, wenn die Datei es nicht sagt: Strahldichte am Sensor (L1) oder Oberflächenreflexion (L2).</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for a raster without wavelengths.</source>
        <translation>Kanaltabelle mit den Spalten band, wavelength, fwhm und good, für ein Raster ohne Wellenlängen.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a raster without map coordinates.</source>
        <translation>Pixelgröße in Metern, für ein Raster ohne Kartenkoordinaten.</translation>
    </message>
    <message>
        <source>The graphics card where there is one, else the processor.</source>
        <translation>Die Grafikkarte, wenn es eine gibt, sonst der Prozessor.</translation>
    </message>
    <message>
        <source>Hyperspectral scene</source>
        <translation>Hyperspektrale Szene</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>Processing level</source>
        <translation>Verarbeitungsstufe</translation>
    </message>
    <message>
        <source>Wavelengths of the bands (CSV)</source>
        <translation>Wellenlängen der Kanäle (CSV)</translation>
    </message>
    <message>
        <source>Ground sampling distance (m)</source>
        <translation>Bodenauflösung (m)</translation>
    </message>
    <message>
        <source>Seed of the random choices</source>
        <translation>Startwert der Zufallszahlen</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>Rechnen auf</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Finds what changed between two images of one place.

The images may differ in grid, coordinate system, resolution and sensor: the later one is read on the pixels of the earlier one, the bands both have are compared, and differences of season and light are taken out with the pixels that did not change. The shift between the images is measured; above half a pixel there is a warning.

Band 1 of the result is the change score, larger for more change; band 2 is 1 where the ground changed. Without labels the score is in multiples of the automatic threshold: 1 is where the rule draws the line. With labelled changed and unchanged places it is a probability, and its accuracy comes from places held out.

A model trained for change on a pair (Train a model, with a later image) gives that probability, too.

With a land cover model, or labels of land cover in the earlier image, a second map shows what became what, in hectares; only pixels marked as changed may change their class.

Everything is computed on this machine. Cancelling stops it and leaves no file.</source>
        <translation>Findet, was sich zwischen zwei Bildern eines Ortes verändert hat.

Die Bilder dürfen sich in Gitter, Koordinatensystem, Auflösung und Sensor unterscheiden: Das spätere wird auf den Pixeln des früheren gelesen, die gemeinsamen Kanäle werden verglichen, und Unterschiede von Jahreszeit und Licht werden anhand der unveränderten Pixel herausgerechnet. Der Versatz zwischen den Bildern wird gemessen; über einem halben Pixel gibt es eine Warnung.

Kanal 1 des Ergebnisses ist das Veränderungsmaß, größer bei mehr Veränderung; Kanal 2 ist 1, wo sich der Boden verändert hat. Ohne Labels zählt das Maß in Vielfachen des automatischen Schwellenwerts: Bei 1 zieht die Regel die Grenze. Mit Labels für veränderte und unveränderte Orte ist es eine Wahrscheinlichkeit, und ihre Genauigkeit stammt von zurückgehaltenen Orten.

Ein auf einem Bildpaar für Veränderung trainiertes Modell („Modell nachtrainieren“ mit späterem Bild) liefert diese Wahrscheinlichkeit ebenfalls.

Mit einem Landbedeckungsmodell oder Labels der Landbedeckung im früheren Bild zeigt eine zweite Karte, was wozu wurde, in Hektar; nur als verändert markierte Pixel dürfen die Klasse wechseln.

Alles wird auf diesem Rechner berechnet. Abbrechen hält es an und hinterlässt keine Datei.</translation>
    </message>
    <message>
        <source>The earlier image. The result lies on its pixels.</source>
        <translation>Das frühere Bild. Das Ergebnis liegt auf seinen Pixeln.</translation>
    </message>
    <message>
        <source>The later image of the same place.</source>
        <translation>Das spätere Bild desselben Ortes.</translation>
    </message>
    <message>
        <source>Look only in this rectangle.</source>
        <translation>Nur in diesem Rechteck suchen.</translation>
    </message>
    <message>
        <source>Look only inside these polygons; any coordinate system, partly outside does no harm.</source>
        <translation>Nur in diesen Polygonen suchen; beliebiges Koordinatensystem, teils außerhalb schadet nicht.</translation>
    </message>
    <message>
        <source>Places known to be changed or unchanged, several of each; the class names must say which is which.</source>
        <translation>Bekannt veränderte oder unveränderte Orte, je mehrere; die Klassennamen müssen sagen, was was ist.</translation>
    </message>
    <message>
        <source>The field that says changed or unchanged.</source>
        <translation>Das Feld, das verändert oder unverändert sagt.</translation>
    </message>
    <message>
        <source>Scores above it count as changed. Empty: 1, or 0.5 with labels or a model trained for change.</source>
        <translation>Höhere Werte gelten als verändert. Leer: 1, oder 0,5 mit Labels oder einem für Veränderung trainierten Modell.</translation>
    </message>
    <message>
        <source>Trained for change (Train a model, with a later image); or, for the map of transitions, written by Classify land cover (Save the model).</source>
        <translation>Für Veränderung trainiert („Modell nachtrainieren“ mit späterem Bild); oder, für die Karte der Übergänge, von „Landbedeckung klassifizieren“ geschrieben (Modell speichern).</translation>
    </message>
    <message>
        <source>Labels of land cover in the earlier image, to make such a model now.</source>
        <translation>Labels der Landbedeckung im früheren Bild, um ein solches Modell jetzt zu lernen.</translation>
    </message>
    <message>
        <source>The field with the land cover class.</source>
        <translation>Das Feld mit der Landbedeckungsklasse.</translation>
    </message>
    <message>
        <source>Move the later image by the shift measured between the two.</source>
        <translation>Das spätere Bild um den gemessenen Versatz verschieben.</translation>
    </message>
    <message>
        <source>Do without the encoder: takes two thirds of the time, and was about as good on the pairs it was tried on.</source>
        <translation>Ohne den Encoder: braucht zwei Drittel der Zeit und war auf den erprobten Bildpaaren etwa gleich gut.</translation>
    </message>
    <message>
        <source>Compare radiance with reflectance all the same.</source>
        <translation>Strahldichte trotzdem mit Reflexion vergleichen.</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file of the earlier image does not say.</source>
        <translation>Strahldichte oder Reflexion, nur wenn die Datei des früheren Bildes es nicht sagt.</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file of the later image does not say.</source>
        <translation>Strahldichte oder Reflexion, nur wenn die Datei des späteren Bildes es nicht sagt.</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the earlier image has no wavelengths.</source>
        <translation>Eine Tabelle band,wavelength,fwhm,good, nur wenn das frühere Bild keine Wellenlängen hat.</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the later image has no wavelengths.</source>
        <translation>Eine Tabelle band,wavelength,fwhm,good, nur wenn das spätere Bild keine Wellenlängen hat.</translation>
    </message>
    <message>
        <source>The same seed and inputs give the same result.</source>
        <translation>Gleicher Startwert und gleiche Eingaben geben dasselbe Ergebnis.</translation>
    </message>
    <message>
        <source>Processor or graphics card.</source>
        <translation>Prozessor oder Grafikkarte.</translation>
    </message>
    <message>
        <source>A GeoTIFF: band 1 the score, band 2 changed (1) or not (0).</source>
        <translation>Ein GeoTIFF: Kanal 1 das Maß, Kanal 2 verändert (1) oder nicht (0).</translation>
    </message>
    <message>
        <source>A GeoTIFF of transitions with names and colours; needs a model or labels of land cover.</source>
        <translation>Ein GeoTIFF der Übergänge mit Namen und Farben; braucht ein Modell oder Labels der Landbedeckung.</translation>
    </message>
    <message>
        <source>A page with maps and numbers, or JSON if the name ends in .json.</source>
        <translation>Eine Seite mit Karten und Zahlen, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Detect change</source>
        <translation>Veränderung erkennen</translation>
    </message>
    <message>
        <source>Changed and unchanged places</source>
        <translation>Veränderte und unveränderte Orte</translation>
    </message>
    <message>
        <source>Field with changed or unchanged</source>
        <translation>Feld mit verändert oder unverändert</translation>
    </message>
    <message>
        <source>Or labels of land cover in the earlier image</source>
        <translation>Oder Labels der Landbedeckung im früheren Bild</translation>
    </message>
    <message>
        <source>Field with the land cover class</source>
        <translation>Feld mit der Landbedeckungsklasse</translation>
    </message>
    <message>
        <source>Earlier image</source>
        <translation>Früheres Bild</translation>
    </message>
    <message>
        <source>Later image</source>
        <translation>Späteres Bild</translation>
    </message>
    <message>
        <source>Part to look at</source>
        <translation>Zu betrachtender Teil</translation>
    </message>
    <message>
        <source>Polygons to look inside</source>
        <translation>Polygone, in denen gesucht wird</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwellenwert</translation>
    </message>
    <message>
        <source>Model of change or of land cover</source>
        <translation>Modell der Veränderung oder der Landbedeckung</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Veränderung</translation>
    </message>
    <message>
        <source>Transitions</source>
        <translation>Übergänge</translation>
    </message>
    <message>
        <source>Share of the pixels that changed</source>
        <translation>Anteil der veränderten Pixel</translation>
    </message>
    <message>
        <source>Changed area (ha)</source>
        <translation>Veränderte Fläche (ha)</translation>
    </message>
    <message>
        <source>Shift between the images (pixels)</source>
        <translation>Versatz zwischen den Bildern (Pixel)</translation>
    </message>
    <message>
        <source>Correct the measured shift</source>
        <translation>Den gemessenen Versatz korrigieren</translation>
    </message>
    <message>
        <source>Compare spectra only, without the encoder</source>
        <translation>Nur Spektren vergleichen, ohne den Encoder</translation>
    </message>
    <message>
        <source>Compare radiance with reflectance all the same</source>
        <translation>Strahldichte trotzdem mit Reflexion vergleichen</translation>
    </message>
    <message>
        <source>Processing level of the earlier image</source>
        <translation>Verarbeitungsstufe des früheren Bildes</translation>
    </message>
    <message>
        <source>Wavelengths of the earlier image (CSV)</source>
        <translation>Wellenlängen des früheren Bildes (CSV)</translation>
    </message>
    <message>
        <source>Processing level of the later image</source>
        <translation>Verarbeitungsstufe des späteren Bildes</translation>
    </message>
    <message>
        <source>Wavelengths of the later image (CSV)</source>
        <translation>Wellenlängen des späteren Bildes (CSV)</translation>
    </message>
    <message>
        <source>{:.2%} of the pixels changed; threshold {:.3g} ({}).</source>
        <translation>{:.2%} der Pixel verändert; Schwellenwert {:.3g} ({}).</translation>
    </message>
    <message>
        <source>Makes a land cover map of a hyperspectral scene from a few labelled places.

Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). 5 to 50 pixels a class are enough to begin with; put them in several places, so that the accuracy can be measured. Instead of labels, a model saved by an earlier run can be applied to another scene.

The sensor and the processing level are read from the file; set them only if the file does not say. If a raster has no wavelengths, supply a CSV table under the advanced parameters.

Outputs: the class map with names and colours, the probability of the mapped class (confidence), and a report (a page, or JSON if the name ends in .json). Uncertainty has three bands: the margin between the two most probable classes, the entropy, and how unlike the labelled pixels a pixel is (above 1: unlike all of them). The accuracy in the report comes from a spatial cross-validation inside your labels, and a random forest on the same folds stands beside it. It does not replace independent reference data.

To map many scenes, save the model and run this as a batch process with it.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.</source>
        <translation>Erstellt aus wenigen gelabelten Orten eine Landbedeckungskarte einer hyperspektralen Szene.

Labels sind Polygone oder Punkte mit einem Klassenfeld oder ein Raster auf dem Gitter der Szene (0 = ohne Label). 5 bis 50 Pixel je Klasse genügen für den Anfang; verteilen Sie sie auf mehrere Orte, damit sich die Genauigkeit messen lässt. Statt Labels kann ein früher gespeichertes Modell auf eine andere Szene angewandt werden.

Sensor und Verarbeitungsstufe werden aus der Datei gelesen; geben Sie sie nur an, wenn die Datei sie nicht nennt. Hat ein Raster keine Wellenlängen, geben Sie unter den erweiterten Parametern eine CSV-Tabelle an.

Ausgaben: die Klassenkarte mit Namen und Farben, die Wahrscheinlichkeit der kartierten Klasse (Konfidenz) und ein Bericht (eine Seite, oder JSON, wenn der Name auf .json endet). Die Unsicherheit hat drei Kanäle: den Abstand der beiden wahrscheinlichsten Klassen, die Entropie und wie unähnlich ein Pixel den gelabelten ist (über 1: allen unähnlich). Die Genauigkeit im Bericht stammt aus einer räumlichen Kreuzvalidierung innerhalb Ihrer Labels, daneben steht ein Random Forest mit derselben Aufteilung. Sie ersetzt keine unabhängigen Referenzdaten.

Um viele Szenen zu kartieren, speichern Sie das Modell und führen Sie diesen Algorithmus damit als Stapelprozess aus.

Alles wird auf diesem Rechner in einem eigenen Prozess berechnet. Abbrechen hält ihn an und hinterlässt keine Datei.</translation>
    </message>
    <message>
        <source>A hyperspectral scene in a file; bands with wavelengths.</source>
        <translation>Eine hyperspektrale Szene in einer Datei; Kanäle mit Wellenlängen.</translation>
    </message>
    <message>
        <source>Places whose class is known, several of each class; any coordinate system.</source>
        <translation>Orte mit bekannter Klasse, mehrere je Klasse; beliebiges Koordinatensystem.</translation>
    </message>
    <message>
        <source>The field that holds the class; found by its name if left empty.</source>
        <translation>Das Feld mit der Klasse; leer: wird am Namen erkannt.</translation>
    </message>
    <message>
        <source>Class numbers on the pixels of the scene; 0 is unlabelled.</source>
        <translation>Klassennummern auf den Pixeln der Szene; 0 ist ohne Label.</translation>
    </message>
    <message>
        <source>Saved by an earlier run (Save the model), or trained with Train a model; then no labels are needed.</source>
        <translation>Früher gespeichert (Modell speichern) oder mit „Modell nachtrainieren“ trainiert; dann sind keine Labels nötig.</translation>
    </message>
    <message>
        <source>Map only this rectangle. The labels outside it are learned from all the same.</source>
        <translation>Nur dieses Rechteck kartieren. Aus den Labels außerhalb wird trotzdem gelernt.</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same map.</source>
        <translation>Gleiche Eingaben und gleicher Startwert geben dieselbe Karte.</translation>
    </message>
    <message>
        <source>places: labelled places as a whole. blocks: blocks with a buffer as wide as labels resemble each other, stricter. areas: one part of the scene after the other, strictest. none: no accuracy, for a first look.</source>
        <translation>places: gelabelte Orte im Ganzen. blocks: Blöcke mit einem Puffer, so breit wie Labels einander ähneln, strenger. areas: ein Teil der Szene nach dem anderen, am strengsten. none: keine Genauigkeit, für einen ersten Blick.</translation>
    </message>
    <message>
        <source>Budget of the whole engine: large scenes are mapped in blocks that fit.</source>
        <translation>Budget der ganzen Engine: Große Szenen werden in Blöcken kartiert, die hineinpassen.</translation>
    </message>
    <message>
        <source>Keep finished blocks beside the map until it is complete. If the run is stopped, a run with the same inputs goes on from there; the outputs must have names of their own, not be temporary.</source>
        <translation>Fertige Blöcke neben der Karte behalten, bis sie vollständig ist. Wird der Lauf angehalten, macht ein Lauf mit denselben Eingaben dort weiter; die Ausgaben brauchen eigene Namen und dürfen nicht temporär sein.</translation>
    </message>
    <message>
        <source>Learn without the encoder: large scenes take about half of the time. The map was as good on the scenes it was tried on.</source>
        <translation>Ohne den Encoder lernen: große Szenen brauchen etwa die Hälfte der Zeit. Auf den erprobten Szenen war die Karte ebenso gut.</translation>
    </message>
    <message>
        <source>Measures the accuracy several times with other folds; takes that much longer.</source>
        <translation>Misst die Genauigkeit mehrmals mit anderer Aufteilung; dauert entsprechend länger.</translation>
    </message>
    <message>
        <source>A GeoTIFF of class numbers with names and colours.</source>
        <translation>Ein GeoTIFF der Klassennummern mit Namen und Farben.</translation>
    </message>
    <message>
        <source>A GeoTIFF with the probability of the mapped class, 0 to 1.</source>
        <translation>Ein GeoTIFF mit der Wahrscheinlichkeit der kartierten Klasse, 0 bis 1.</translation>
    </message>
    <message>
        <source>A GeoTIFF of three bands: margin between the two best classes, entropy, and how unlike the labelled pixels a pixel is (above 1: unlike all).</source>
        <translation>Ein GeoTIFF mit drei Kanälen: Abstand der beiden besten Klassen, Entropie und wie unähnlich ein Pixel den gelabelten ist (über 1: allen unähnlich).</translation>
    </message>
    <message>
        <source>A page with maps, accuracy and settings, or JSON if the name ends in .json.</source>
        <translation>Eine Seite mit Karten, Genauigkeit und Einstellungen, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Keep what was learned, to map other scenes or to find where to label next.</source>
        <translation>Das Gelernte behalten, um andere Szenen zu kartieren oder die nächsten Orte zum Labeln zu finden.</translation>
    </message>
    <message>
        <source>Classify land cover</source>
        <translation>Landbedeckung klassifizieren</translation>
    </message>
    <message>
        <source>Labels: polygons or points</source>
        <translation>Labels: Polygone oder Punkte</translation>
    </message>
    <message>
        <source>Field with the class</source>
        <translation>Feld mit der Klasse</translation>
    </message>
    <message>
        <source>Or labels: raster (0 = unlabelled)</source>
        <translation>Oder Labels: Raster (0 = ohne Label)</translation>
    </message>
    <message>
        <source>Or a saved model</source>
        <translation>Oder ein gespeichertes Modell</translation>
    </message>
    <message>
        <source>Part of the scene to map</source>
        <translation>Zu kartierender Teil der Szene</translation>
    </message>
    <message>
        <source>To measure accuracy, hold out</source>
        <translation>Für die Genauigkeit zurückhalten</translation>
    </message>
    <message>
        <source>Repeat that with other folds</source>
        <translation>Mit anderer Aufteilung wiederholen</translation>
    </message>
    <message>
        <source>Memory (GB)</source>
        <translation>Arbeitsspeicher (GB)</translation>
    </message>
    <message>
        <source>Go on where a run was stopped</source>
        <translation>Weitermachen, wo ein Lauf angehalten wurde</translation>
    </message>
    <message>
        <source>Look at spectra only, without the encoder</source>
        <translation>Nur Spektren ansehen, ohne den Encoder</translation>
    </message>
    <message>
        <source>Land cover</source>
        <translation>Landbedeckung</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>Konfidenz</translation>
    </message>
    <message>
        <source>Uncertainty: margin, entropy, novelty</source>
        <translation>Unsicherheit: Abstand, Entropie, Neuheit</translation>
    </message>
    <message>
        <source>Save the model</source>
        <translation>Modell speichern</translation>
    </message>
    <message>
        <source>Macro-F1</source>
        <translation>Macro-F1</translation>
    </message>
    <message>
        <source>Macro-F1 of a random forest</source>
        <translation>Macro-F1 eines Random Forest</translation>
    </message>
    <message>
        <source>There are two kinds of labels.</source>
        <translation>Es gibt zwei Arten von Labels.</translation>
    </message>
    <message>
        <source>Choose either a vector or a raster.</source>
        <translation>Wählen Sie entweder Vektor oder Raster.</translation>
    </message>
    <message>
        <source>Done in {:.1f} s on {}.</source>
        <translation>Fertig in {:.1f} s auf {}.</translation>
    </message>
    <message>
        <source>random forest</source>
        <translation>Random Forest</translation>
    </message>
    <message>
        <source>Macro-F1, spatially cross-validated</source>
        <translation>Macro-F1, räumlich kreuzvalidiert</translation>
    </message>
    <message>
        <source>Writes a sensor's product as a tiled GeoTIFF that QGIS and other programs read right: every band with its wavelength, width and bad-band flag, values as reflectance 0 to 1 or radiance, missing pixels as nodata, on the map where the product allows it.

QGIS opens PRISMA, EMIT, AVIRIS-3 and NEON files with the wrong axes and without coordinates, and EnMAP and DESIS images without wavelengths and units; this mends them. SpecAware's other algorithms read the products themselves; convert them to see them on the map, to draw labels on them, or for other programs.

Choose the file the product comes in: PRISMA .he5; EMIT, AVIRIS-3 .nc; NEON .h5; the METADATA.XML or the image of EnMAP and DESIS; the MTL text or any band of Hyperion; MTD_MSIL1C.xml or MTD_MSIL2A.xml inside the .SAFE folder of Sentinel-2; the image or header of ENVI files.</source>
        <translation>Schreibt das Produkt eines Sensors als gekacheltes GeoTIFF, das QGIS und andere Programme richtig lesen: jeder Kanal mit Wellenlänge, Breite und Kennzeichen für schlechte Kanäle, Werte als Reflexion 0 bis 1 oder Strahldichte, fehlende Pixel als NoData, auf der Karte, wenn das Produkt es zulässt.

QGIS öffnet PRISMA-, EMIT-, AVIRIS-3- und NEON-Dateien mit falschen Achsen und ohne Koordinaten, EnMAP- und DESIS-Bilder ohne Wellenlängen und Einheiten; das wird hier behoben. Die anderen Algorithmen von SpecAware lesen die Produkte selbst; wandeln Sie sie um, um sie auf der Karte zu sehen, Labels darauf zu zeichnen oder für andere Programme.

Wählen Sie die Datei, in der das Produkt kommt: PRISMA .he5; EMIT, AVIRIS-3 .nc; NEON .h5; METADATA.XML oder Bild von EnMAP und DESIS; MTL-Text oder ein beliebiger Kanal von Hyperion; MTD_MSIL1C.xml oder MTD_MSIL2A.xml im .SAFE-Ordner von Sentinel-2; Bild oder Header von ENVI-Dateien.</translation>
    </message>
    <message>
        <source>The product's file; see the list on the right.</source>
        <translation>Die Datei des Produkts; siehe die Liste rechts.</translation>
    </message>
    <message>
        <source>Set it only if the product does not tell the sensor, or tells a wrong one.</source>
        <translation>Nur angeben, wenn das Produkt den Sensor nicht oder falsch nennt.</translation>
    </message>
    <message>
        <source>Set it only if the product does not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>Nur angeben, wenn das Produkt es nicht sagt: Strahldichte am Sensor (L1) oder Oberflächenreflexion (L2).</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for a file without wavelengths.</source>
        <translation>Kanaltabelle mit den Spalten band, wavelength, fwhm und good, für eine Datei ohne Wellenlängen.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a file without map coordinates.</source>
        <translation>Pixelgröße in Metern, für eine Datei ohne Kartenkoordinaten.</translation>
    </message>
    <message>
        <source>float32 keeps every value. int16 rounds reflectance to 0.0001 and needs half the space; the scale is stored with each band.</source>
        <translation>float32 behält jeden Wert. int16 rundet die Reflexion auf 0,0001 und braucht halb so viel Platz; die Skalierung steht bei jedem Kanal.</translation>
    </message>
    <message>
        <source>The GeoTIFF. It opens in true colour where the bands allow it.</source>
        <translation>Das GeoTIFF. Es öffnet sich in Echtfarben, wenn die Kanäle es zulassen.</translation>
    </message>
    <message>
        <source>Values as they are (float32)</source>
        <translation>Werte unverändert (float32)</translation>
    </message>
    <message>
        <source>Reflectance x 10,000 (int16, half the size)</source>
        <translation>Reflexion x 10.000 (int16, halbe Größe)</translation>
    </message>
    <message>
        <source>Convert sensor product to GeoTIFF</source>
        <translation>Sensorprodukt in GeoTIFF umwandeln</translation>
    </message>
    <message>
        <source>Sensor product</source>
        <translation>Sensorprodukt</translation>
    </message>
    <message>
        <source>Store values as</source>
        <translation>Werte speichern als</translation>
    </message>
    <message>
        <source>Converted image</source>
        <translation>Umgewandeltes Bild</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Bands</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Usable bands</source>
        <translation>Nutzbare Kanäle</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <source>{}: {} x {} pixels, {} bands.</source>
        <translation>{}: {} x {} Pixel, {} Kanäle.</translation>
    </message>
    <message>
        <source>Tells what SpecAware sees in an image: size, bands, wavelengths and widths, bad bands, sensor, processing level, range of values, and where each of these came from.

Use it first when a scene is new: if a wavelength, a sensor or a level is missing or wrong, give the right one here and in Classify land cover. Only a small sample of the pixels is read.</source>
        <translation>Sagt, was SpecAware in einem Bild sieht: Größe, Kanäle, Wellenlängen und Breiten, schlechte Kanäle, Sensor, Verarbeitungsstufe, Wertebereich, und woher jede Angabe stammt.

Zuerst verwenden, wenn eine Szene neu ist: Fehlt eine Wellenlänge, ein Sensor oder eine Stufe oder ist sie falsch, geben Sie die richtige hier und in „Landbedeckung klassifizieren“ an. Nur eine kleine Stichprobe der Pixel wird gelesen.</translation>
    </message>
    <message>
        <source>A page that QGIS shows among the results.</source>
        <translation>Eine Seite, die QGIS unter den Ergebnissen zeigt.</translation>
    </message>
    <message>
        <source>Every band with its wavelength, width and flag, for other programs.</source>
        <translation>Jeder Kanal mit Wellenlänge, Breite und Kennung, für andere Programme.</translation>
    </message>
    <message>
        <source>Inspect hyperspectral scene</source>
        <translation>Hyperspektrale Szene ansehen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Ground sampling distance</source>
        <translation>Bodenauflösung</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>Koordinatensystem</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keines</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>usable</source>
        <translation>nutzbar</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Wavelength (nm)</source>
        <translation>Wellenlänge (nm)</translation>
    </message>
    <message>
        <source>FWHM (nm)</source>
        <translation>FWHM (nm)</translation>
    </message>
    <message>
        <source>Not used because</source>
        <translation>Nicht genutzt wegen</translation>
    </message>
    <message>
        <source>{} cannot be written: {}. — Choose another folder.</source>
        <translation>{} lässt sich nicht schreiben: {}. — Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>schlecht</translation>
    </message>
    <message>
        <source>Turns a scene or a spectral library into the bands of another sensor, as if that sensor had looked at the same place: to compare two sensors, to use library spectra with an image, or to see what a multispectral sensor would have kept.

Each new band is a weighted mean of the bands it overlaps. The weights follow the sensor's response: a bell curve of its width, or your own measured curves from a table. The width of the old bands is taken off, so nothing is smoothed twice. Where the new sensor is finer than the old one, values are interpolated; no detail is invented.

Bands that the source does not cover stay empty and are flagged bad; the log counts them. The spatial resolution does not change.</source>
        <translation>Rechnet eine Szene oder Spektralbibliothek auf die Kanäle eines anderen Sensors um, als hätte dieser denselben Ort aufgenommen: um zwei Sensoren zu vergleichen, Bibliotheksspektren mit einem Bild zu nutzen oder zu sehen, was ein multispektraler Sensor behalten hätte.

Jeder neue Kanal ist ein gewichtetes Mittel der Kanäle, die er überdeckt. Die Gewichte folgen der spektralen Empfindlichkeit des Sensors: eine Glockenkurve seiner Breite oder eigene gemessene Kurven aus einer Tabelle. Die Breite der alten Kanäle wird abgezogen, damit nichts doppelt geglättet wird. Wo der neue Sensor feiner ist als der alte, wird interpoliert; Einzelheiten werden nicht erfunden.

Kanäle, die die Quelle nicht abdeckt, bleiben leer und gelten als schlecht; das Protokoll zählt sie. Die räumliche Auflösung bleibt gleich.</translation>
    </message>
    <message>
        <source>An image, a product's file as in Convert sensor product, or a spectral library: .sli, .csv with a line a spectrum, or .gpkg with profiles as QGIS and the EnMAP-Box store them.</source>
        <translation>Ein Bild, die Datei eines Produkts wie in „Sensorprodukt in GeoTIFF umwandeln“ oder eine Spektralbibliothek: .sli, .csv mit einer Zeile je Spektrum oder .gpkg mit Profilen, wie QGIS und die EnMAP-Box sie speichern.</translation>
    </message>
    <message>
        <source>The sensor whose bands are wanted. Its bands are taken as bell curves of the width on record.</source>
        <translation>Der Sensor, dessen Kanäle gewünscht sind. Sie gelten als Glockenkurven der bekannten Breite.</translation>
    </message>
    <message>
        <source>Instead of a sensor: a CSV table with the wavelength in the first column, the response of a band in each further column, and a header line.</source>
        <translation>Statt eines Sensors: eine CSV-Tabelle mit der Wellenlänge in der ersten Spalte, der Empfindlichkeit eines Kanals in jeder weiteren und einer Kopfzeile.</translation>
    </message>
    <message>
        <source>Sensor of the input; set it only if the file does not tell, or tells a wrong one.</source>
        <translation>Sensor der Eingabe; nur angeben, wenn die Datei ihn nicht oder falsch nennt.</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for an image without wavelengths.</source>
        <translation>Kanaltabelle mit den Spalten band, wavelength, fwhm und good, für ein Bild ohne Wellenlängen.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for an image without map coordinates.</source>
        <translation>Pixelgröße in Metern, für ein Bild ohne Kartenkoordinaten.</translation>
    </message>
    <message>
        <source>The resampled image, for an image.</source>
        <translation>Das umgerechnete Bild, bei einem Bild.</translation>
    </message>
    <message>
        <source>The resampled spectra, for a spectral library: .gpkg, .sli or .csv.</source>
        <translation>Die umgerechneten Spektren, bei einer Spektralbibliothek: .gpkg, .sli oder .csv.</translation>
    </message>
    <message>
        <source>Resample to another sensor's bands</source>
        <translation>Auf Kanäle eines anderen Sensors umrechnen</translation>
    </message>
    <message>
        <source>Image or spectral library</source>
        <translation>Bild oder Spektralbibliothek</translation>
    </message>
    <message>
        <source>Resample to the bands of</source>
        <translation>Umrechnen auf die Kanäle von</translation>
    </message>
    <message>
        <source>Or to bands with these responses (CSV)</source>
        <translation>Oder auf Kanäle mit diesen Empfindlichkeiten (CSV)</translation>
    </message>
    <message>
        <source>Resampled image, for an image</source>
        <translation>Umgerechnetes Bild, für ein Bild</translation>
    </message>
    <message>
        <source>Resampled library, for a library</source>
        <translation>Umgerechnete Bibliothek, für eine Bibliothek</translation>
    </message>
    <message>
        <source>Sensor of the input</source>
        <translation>Sensor der Eingabe</translation>
    </message>
    <message>
        <source>Processing level of the input</source>
        <translation>Verarbeitungsstufe der Eingabe</translation>
    </message>
    <message>
        <source>There is no output.</source>
        <translation>Es ist keine Ausgabe angegeben.</translation>
    </message>
    <message>
        <source>Name a resampled image, or a resampled library.</source>
        <translation>Ein umgerechnetes Bild oder eine umgerechnete Bibliothek angeben.</translation>
    </message>
    <message>
        <source>{} bands, {} of them covered by the source.</source>
        <translation>{} Kanäle, {} davon von der Quelle abgedeckt.</translation>
    </message>
    <message>
        <source>Draws a stratified random sample of points from a class map, so that its accuracy can be measured (Olofsson et al. 2014).

Fill in the field 'class' of every point from images or in the field, with the class names of the map and without looking at the map. Leave the fields 'stratum' and 'stratum_pixels' as they are. Then run Assess class map.

The number of points follows from the standard error you want, or you give it.</source>
        <translation>Zieht aus einer Klassenkarte eine stratifizierte Zufallsstichprobe von Punkten, damit sich ihre Genauigkeit messen lässt (Olofsson et al. 2014).

Füllen Sie das Feld 'class' jedes Punktes anhand von Bildern oder im Gelände aus, mit den Klassennamen der Karte und ohne auf die Karte zu sehen. Lassen Sie die Felder 'stratum' und 'stratum_pixels', wie sie sind. Starten Sie dann „Klassenkarte prüfen“.

Die Zahl der Punkte folgt aus dem gewünschten Standardfehler, oder Sie geben sie an.</translation>
    </message>
    <message>
        <source>0 computes it from the wanted standard error and the expected accuracy.</source>
        <translation>0 berechnet sie aus dem gewünschten Standardfehler und der erwarteten Genauigkeit.</translation>
    </message>
    <message>
        <source>0.02 gives an interval of about plus or minus 4 percent for overall accuracy.</source>
        <translation>0,02 ergibt ein Intervall von etwa plus/minus 4 Prozent für die Gesamtgenauigkeit.</translation>
    </message>
    <message>
        <source>Your guess of how often the map is right.</source>
        <translation>Ihre Schätzung, wie oft die Karte stimmt.</translation>
    </message>
    <message>
        <source>Proportional follows the area, equal gives every class the same, compromise gives rare classes the number below and divides the rest by area.</source>
        <translation>Proportional folgt der Fläche, gleich (equal) gibt jeder Klasse gleich viele, Kompromiss (compromise) gibt seltenen Klassen die Zahl unten und verteilt den Rest nach Fläche.</translation>
    </message>
    <message>
        <source>The labels the map was made from: nothing is drawn there, since points that were trained on say nothing about the rest of the map.</source>
        <translation>Die Labels, aus denen die Karte entstand: Dort wird nichts gezogen, denn Punkte, mit denen trainiert wurde, sagen nichts über den Rest der Karte.</translation>
    </message>
    <message>
        <source>How many points the compromise gives a rare class.</source>
        <translation>Wie viele Punkte der Kompromiss einer seltenen Klasse gibt.</translation>
    </message>
    <message>
        <source>The same seed and map give the same points.</source>
        <translation>Gleicher Startwert und gleiche Karte geben dieselben Punkte.</translation>
    </message>
    <message>
        <source>A GeoPackage of points with an empty field 'class'.</source>
        <translation>Ein GeoPackage mit Punkten und einem leeren Feld 'class'.</translation>
    </message>
    <message>
        <source>Draw reference points</source>
        <translation>Referenzpunkte ziehen</translation>
    </message>
    <message>
        <source>Training labels, where nothing is drawn</source>
        <translation>Trainingslabels, auf denen nichts gezogen wird</translation>
    </message>
    <message>
        <source>Number of points (0: from the wanted standard error)</source>
        <translation>Anzahl der Punkte (0: aus dem gewünschten Standardfehler)</translation>
    </message>
    <message>
        <source>Wanted standard error of overall accuracy</source>
        <translation>Gewünschter Standardfehler der Gesamtgenauigkeit</translation>
    </message>
    <message>
        <source>Expected accuracy</source>
        <translation>Erwartete Genauigkeit</translation>
    </message>
    <message>
        <source>Allocation to the classes</source>
        <translation>Aufteilung auf die Klassen</translation>
    </message>
    <message>
        <source>Points of rare classes</source>
        <translation>Punkte seltener Klassen</translation>
    </message>
    <message>
        <source>Points drawn</source>
        <translation>Gezogene Punkte</translation>
    </message>
    <message>
        <source>Choose a GeoPackage (.gpkg).</source>
        <translation>Wählen Sie ein GeoPackage (.gpkg).</translation>
    </message>
    <message>
        <source>The points cannot be written to {}.</source>
        <translation>Die Punkte lassen sich nicht nach {} schreiben.</translation>
    </message>
    <message>
        <source>Gives whole image chips, or the cells of a grid over a scene, a class: residential, forest, river ... The classes are learned from a few labelled examples; five a class are enough to begin with.

Either choose a scene and draw polygons or points with a class on it: the scene is cut into a regular grid, and every cell gets a class, its probability and the second guess. With a layer of units, such as fields or parcels, every unit gets one class instead.

Or choose a folder with one folder of chips per class (or a CSV with the columns path and label) to learn from, and a folder or a CSV with the column path to classify. Chips need not have wavelengths: Sentinel-2 is recognised by its bands.

The share of right answers that is told comes from labelled chips that were held out, with a 95 % interval; a plain logistic regression stands beside it.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.</source>
        <translation>Gibt ganzen Bildchips oder den Zellen eines Gitters über einer Szene eine Klasse: Wohngebiet, Wald, Fluss ... Die Klassen werden aus wenigen gelabelten Beispielen gelernt; fünf je Klasse genügen für den Anfang.

Wählen Sie entweder eine Szene und zeichnen Sie Polygone oder Punkte mit einer Klasse darauf: Die Szene wird in ein regelmäßiges Gitter geteilt, und jede Zelle erhält eine Klasse, deren Wahrscheinlichkeit und die zweite Vermutung. Mit einem Layer von Einheiten, etwa Feldern oder Parzellen, erhält stattdessen jede Einheit eine Klasse.

Oder wählen Sie zum Lernen einen Ordner mit einem Ordner von Chips je Klasse (oder eine CSV mit den Spalten path und label) und zum Klassifizieren einen Ordner oder eine CSV mit der Spalte path. Chips brauchen keine Wellenlängen: Sentinel-2 wird an seinen Kanälen erkannt.

Der genannte Anteil richtiger Antworten stammt von zurückgehaltenen gelabelten Chips, mit einem 95-%-Intervall; daneben steht eine einfache logistische Regression.

Alles wird auf diesem Rechner in einem eigenen Prozess berechnet. Abbrechen hält ihn an und hinterlässt keine Datei.</translation>
    </message>
    <message>
        <source>A scene to cut into a grid. Leave it empty if you classify a folder or a table of chips.</source>
        <translation>Eine in ein Gitter zu teilende Szene. Leer lassen, wenn Sie einen Ordner oder eine Tabelle von Chips klassifizieren.</translation>
    </message>
    <message>
        <source>Polygons or points over the scene, each with a class.</source>
        <translation>Polygone oder Punkte auf der Szene, je mit einer Klasse.</translation>
    </message>
    <message>
        <source>Polygons over the scene that get one class each, such as fields or parcels, instead of the cells of a grid. Only what lies inside a polygon is looked at, in the examples, too; these must be polygons.</source>
        <translation>Polygone über der Szene, die je eine Klasse erhalten, etwa Felder oder Parzellen, anstelle der Zellen eines Gitters. Betrachtet wird nur, was in einem Polygon liegt, auch bei den Beispielen; diese müssen Polygone sein.</translation>
    </message>
    <message>
        <source>Side of a cell of the grid, and of the examples cut out around polygons and points, in pixels.</source>
        <translation>Seite einer Gitterzelle und der um Polygone und Punkte ausgeschnittenen Beispiele, in Pixeln.</translation>
    </message>
    <message>
        <source>Instead of polygons: a folder with one folder of chips per class.</source>
        <translation>Statt Polygonen: ein Ordner mit einem Ordner von Chips je Klasse.</translation>
    </message>
    <message>
        <source>Instead of polygons: a CSV with the columns path and label.</source>
        <translation>Statt Polygonen: eine CSV mit den Spalten path und label.</translation>
    </message>
    <message>
        <source>Instead of a scene: a folder of chips to classify.</source>
        <translation>Statt einer Szene: ein Ordner zu klassifizierender Chips.</translation>
    </message>
    <message>
        <source>Instead of a scene: a CSV with the column path.</source>
        <translation>Statt einer Szene: eine CSV mit der Spalte path.</translation>
    </message>
    <message>
        <source>Set it only if the files do not tell the sensor, or tell a wrong one.</source>
        <translation>Nur angeben, wenn die Dateien den Sensor nicht oder falsch nennen.</translation>
    </message>
    <message>
        <source>Set it only if the files do not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>Nur angeben, wenn die Dateien es nicht sagen: Strahldichte am Sensor (L1) oder Oberflächenreflexion (L2).</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for files without wavelengths.</source>
        <translation>Kanaltabelle mit den Spalten band, wavelength, fwhm und good, für Dateien ohne Wellenlängen.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for files without map coordinates.</source>
        <translation>Pixelgröße in Metern, für Dateien ohne Kartenkoordinaten.</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same result.</source>
        <translation>Gleiche Eingaben und gleicher Startwert geben dasselbe Ergebnis.</translation>
    </message>
    <message>
        <source>A layer of outlines (.gpkg, .geojson) or a table (.csv) with class, probability and second guess.</source>
        <translation>Ein Layer von Umrissen (.gpkg, .geojson) oder eine Tabelle (.csv) mit Klasse, Wahrscheinlichkeit und zweiter Vermutung.</translation>
    </message>
    <message>
        <source>A page with maps, held-out scores and settings, or JSON if the name ends in .json.</source>
        <translation>Eine Seite mit Karten, Güte an zurückgehaltenen Beispielen und Einstellungen, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Classify scenes</source>
        <translation>Szenen klassifizieren</translation>
    </message>
    <message>
        <source>Examples: polygons or points on the scene</source>
        <translation>Beispiele: Polygone oder Punkte auf der Szene</translation>
    </message>
    <message>
        <source>Scenes</source>
        <translation>Szenen</translation>
    </message>
    <message>
        <source>Scene to cut into a grid</source>
        <translation>In ein Gitter zu teilende Szene</translation>
    </message>
    <message>
        <source>Units to classify instead of a grid</source>
        <translation>Einheiten, die statt eines Gitters klassifiziert werden</translation>
    </message>
    <message>
        <source>Side of a cell (pixels)</source>
        <translation>Seite einer Zelle (Pixel)</translation>
    </message>
    <message>
        <source>Or examples: folder with one folder per class</source>
        <translation>Oder Beispiele: Ordner mit einem Ordner je Klasse</translation>
    </message>
    <message>
        <source>Or classify: folder of chips</source>
        <translation>Oder klassifizieren: Ordner mit Chips</translation>
    </message>
    <message>
        <source>Or examples: table with path and label</source>
        <translation>Oder Beispiele: Tabelle mit path und label</translation>
    </message>
    <message>
        <source>Or classify: table with path</source>
        <translation>Oder klassifizieren: Tabelle mit path</translation>
    </message>
    <message>
        <source>Chips or units classified</source>
        <translation>Klassifizierte Chips oder Einheiten</translation>
    </message>
    <message>
        <source>Share of held-out examples that were right</source>
        <translation>Anteil richtiger zurückgehaltener Beispiele</translation>
    </message>
    <message>
        <source>The same of a logistic regression</source>
        <translation>Dasselbe für eine logistische Regression</translation>
    </message>
    <message>
        <source>Choose a scene with polygons or points on it, or two folders or tables of chips.</source>
        <translation>Eine Szene mit Polygonen oder Punkten darauf wählen, oder zwei Ordner oder Tabellen mit Bildausschnitten.</translation>
    </message>
    <message>
        <source>There are {} sources of examples and {} things to classify; there must be one of each.</source>
        <translation>Es gibt {} Quellen von Beispielen und {} Dinge zum Klassifizieren; von beidem muss es genau eines sein.</translation>
    </message>
    <message>
        <source>Held-out examples right: {:.2f}{}; logistic regression: {:.2f}.</source>
        <translation>Zurückgehaltene Beispiele richtig: {:.2f}{}; logistische Regression: {:.2f}.</translation>
    </message>
    <message>
        <source>Names places whose labels would improve a land cover map most: places the map is unsure of, unlike what was labelled so far, and spread over the kinds of doubt and over the scene.

The points come in order of priority. 'guess' is what the model takes the place for, 'margin' how sure it is (0: not at all), 'novelty' how unlike the labelled pixels it is (above 1: unlike all of them). Look at each place, fill in 'class', add the points to your labels and classify again.</source>
        <translation>Nennt Orte, deren Labels eine Landbedeckungskarte am meisten verbessern würden: Orte, an denen die Karte unsicher ist, die dem bisher Gelabelten unähnlich sind und die sich über die Arten des Zweifels und die Szene verteilen.

Die Punkte stehen in der Reihenfolge ihrer Wichtigkeit. 'guess' ist, wofür das Modell den Ort hält, 'margin', wie sicher es ist (0: gar nicht), 'novelty', wie unähnlich er den gelabelten Pixeln ist (über 1: allen). Sehen Sie sich jeden Ort an, füllen Sie 'class' aus, fügen Sie die Punkte zu Ihren Labels hinzu und klassifizieren Sie erneut.</translation>
    </message>
    <message>
        <source>The scene that was mapped, or another one of the same sensor.</source>
        <translation>Die kartierte Szene oder eine andere desselben Sensors.</translation>
    </message>
    <message>
        <source>Only if the file does not say which sensor took the image.</source>
        <translation>Nur wenn die Datei nicht sagt, welcher Sensor das Bild aufnahm.</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file does not say.</source>
        <translation>Strahldichte oder Reflexion, nur wenn die Datei es nicht sagt.</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the file has no wavelengths.</source>
        <translation>Eine Tabelle band,wavelength,fwhm,good, nur wenn die Datei keine Wellenlängen hat.</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, only if the file does not say.</source>
        <translation>Pixelgröße in Metern, nur wenn die Datei sie nicht nennt.</translation>
    </message>
    <message>
        <source>Written by Classify land cover (Save the model).</source>
        <translation>Von „Landbedeckung klassifizieren“ geschrieben (Modell speichern).</translation>
    </message>
    <message>
        <source>30 places are a good round.</source>
        <translation>30 Orte sind eine gute Runde.</translation>
    </message>
    <message>
        <source>Look only in this part of the scene.</source>
        <translation>Nur in diesem Teil der Szene suchen.</translation>
    </message>
    <message>
        <source>Between two places; 0 chooses it by the size of the scene.</source>
        <translation>Zwischen zwei Orten; 0 wählt ihn nach der Größe der Szene.</translation>
    </message>
    <message>
        <source>The same seed and inputs give the same points.</source>
        <translation>Gleicher Startwert und gleiche Eingaben geben dieselben Punkte.</translation>
    </message>
    <message>
        <source>Suggest where to label next</source>
        <translation>Nächste Orte zum Labeln vorschlagen</translation>
    </message>
    <message>
        <source>Saved model</source>
        <translation>Gespeichertes Modell</translation>
    </message>
    <message>
        <source>Number of places</source>
        <translation>Anzahl der Orte</translation>
    </message>
    <message>
        <source>Part of the scene</source>
        <translation>Teil der Szene</translation>
    </message>
    <message>
        <source>Least distance in pixels (0: by the size of the scene)</source>
        <translation>Mindestabstand in Pixeln (0: nach Größe der Szene)</translation>
    </message>
    <message>
        <source>Places to label</source>
        <translation>Zu labelnde Orte</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>Gefundene Orte</translation>
    </message>
    <message>
        <source>Mean margin {:.2f} at these places, {:.2f} in the scene.</source>
        <translation>Mittlerer Abstand {:.2f} an diesen Orten, {:.2f} in der Szene.</translation>
    </message>
    <message>
        <source>Fine-tunes the foundation model on your labels and saves it as one file, which Classify land cover applies to other scenes, also of other sensors.

Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). With a second, later scene the model learns to tell changed from unchanged places; the labels then have these two classes.

For a map of one scene from a handful of labels, Classify land cover alone is faster and usually better; fine-tuning pays with many labels, or where one model is to serve many scenes.

A part of the labelled places is held out. Training stops when the score there no longer rises, and the best epoch is kept. A random forest on the same pixels stands beside the score. With a folder for checkpoints an interrupted run goes on where it stopped.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no model.</source>
        <translation>Trainiert das Grundlagenmodell mit Ihren Labels nach und speichert es als eine Datei, die „Landbedeckung klassifizieren“ auf andere Szenen anwendet, auch anderer Sensoren.

Labels sind Polygone oder Punkte mit einem Klassenfeld oder ein Raster auf dem Gitter der Szene (0 = ohne Label). Mit einer zweiten, späteren Szene lernt das Modell, veränderte von unveränderten Orten zu unterscheiden; die Labels haben dann diese zwei Klassen.

Für eine Karte einer Szene aus einer Handvoll Labels ist „Landbedeckung klassifizieren“ allein schneller und meist besser; Nachtrainieren lohnt bei vielen Labels oder wenn ein Modell vielen Szenen dienen soll.

Ein Teil der gelabelten Orte wird zurückgehalten. Das Training endet, wenn die Güte dort nicht mehr steigt; die beste Epoche bleibt. Daneben steht ein Random Forest auf denselben Pixeln. Mit einem Ordner für Zwischenstände geht ein unterbrochener Lauf dort weiter, wo er aufhörte.

Alles wird auf diesem Rechner in einem eigenen Prozess berechnet. Abbrechen hält ihn an und hinterlässt kein Modell.</translation>
    </message>
    <message>
        <source>The scene the labels lie on; for change the earlier one.</source>
        <translation>Die Szene, auf der die Labels liegen; für Veränderung die frühere.</translation>
    </message>
    <message>
        <source>The later scene, to learn change. It may lie on another grid.</source>
        <translation>Die spätere Szene, um Veränderung zu lernen. Sie darf auf einem anderen Gitter liegen.</translation>
    </message>
    <message>
        <source>Polygons or points, each with a class.</source>
        <translation>Polygone oder Punkte, je mit einer Klasse.</translation>
    </message>
    <message>
        <source>Class numbers on the scene's grid, 0 where unlabelled.</source>
        <translation>Klassennummern auf dem Gitter der Szene, 0 ohne Label.</translation>
    </message>
    <message>
        <source>What turns the encoder's features into classes.</source>
        <translation>Was aus den Merkmalen des Encoders Klassen macht.</translation>
    </message>
    <message>
        <source>How much of the model learns. The more learns, the more labels and time are needed.</source>
        <translation>Wie viel vom Modell lernt. Je mehr lernt, desto mehr Labels und Zeit sind nötig.</translation>
    </message>
    <message>
        <source>At most; training stops earlier when the score no longer rises.</source>
        <translation>Höchstens; das Training endet früher, wenn die Güte nicht mehr steigt.</translation>
    </message>
    <message>
        <source>Epochs without a better score before training stops.</source>
        <translation>Epochen ohne Verbesserung, bevor das Training endet.</translation>
    </message>
    <message>
        <source>Learning rate of the head; the encoder learns at a tenth of it and less.</source>
        <translation>Lernrate des Kopfes; der Encoder lernt mit einem Zehntel davon und weniger.</translation>
    </message>
    <message>
        <source>Factor on the learning rate from one block of the encoder to the one before it.</source>
        <translation>Faktor der Lernrate von einem Block des Encoders zum Block davor.</translation>
    </message>
    <message>
        <source>Chance of skipping the last block while training; against learning by heart.</source>
        <translation>Wahrscheinlichkeit, im Training den letzten Block zu überspringen; gegen Auswendiglernen.</translation>
    </message>
    <message>
        <source>Let pixels of rare classes count more.</source>
        <translation>Pixel seltener Klassen stärker zählen lassen.</translation>
    </message>
    <message>
        <source>Folder for a checkpoint after every epoch. A run of the same data and settings goes on from it.</source>
        <translation>Ordner für einen Zwischenstand nach jeder Epoche. Ein Lauf mit denselben Daten und Einstellungen geht von dort weiter.</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same model.</source>
        <translation>Gleiche Eingaben und gleicher Startwert geben dasselbe Modell.</translation>
    </message>
    <message>
        <source>The model: one file with its card (classes, sensor, bands, scores).</source>
        <translation>Das Modell: eine Datei mit Steckbrief (Klassen, Sensor, Kanäle, Güte).</translation>
    </message>
    <message>
        <source>Loss and held-out score of every epoch, written after each: a table (.csv) or a picture (.png; red the loss from 0 to its largest, blue the held-out macro-F1 from 0 to 1).</source>
        <translation>Verlust und Güte an zurückgehaltenen Orten je Epoche, nach jeder geschrieben: eine Tabelle (.csv) oder ein Bild (.png; rot der Verlust von 0 bis zum größten, blau das Macro-F1 von 0 bis 1).</translation>
    </message>
    <message>
        <source>A page with curves, held-out scores and settings, or JSON if the name ends in .json.</source>
        <translation>Eine Seite mit Kurven, Werten auf zurückgehaltenen Labels und Einstellungen, oder JSON, wenn der Name auf .json endet.</translation>
    </message>
    <message>
        <source>Only the head (fast)</source>
        <translation>Nur der Kopf (schnell)</translation>
    </message>
    <message>
        <source>Head and last block of the encoder</source>
        <translation>Kopf und letzter Block des Encoders</translation>
    </message>
    <message>
        <source>Everything (slow, many labels)</source>
        <translation>Alles (langsam, viele Labels)</translation>
    </message>
    <message>
        <source>Fine-tune the model</source>
        <translation>Modell nachtrainieren</translation>
    </message>
    <message>
        <source>Later scene (to learn change)</source>
        <translation>Spätere Szene (um Veränderung zu lernen)</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>What learns</source>
        <translation>Was lernt</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Training curves</source>
        <translation>Trainingskurven</translation>
    </message>
    <message>
        <source>Epoch kept</source>
        <translation>Behaltene Epoche</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>Geduld</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Layer decay</source>
        <translation>Abnahme je Schicht</translation>
    </message>
    <message>
        <source>Drop path</source>
        <translation>Drop Path</translation>
    </message>
    <message>
        <source>Weigh rare classes more</source>
        <translation>Seltene Klassen stärker gewichten</translation>
    </message>
    <message>
        <source>Folder for checkpoints</source>
        <translation>Ordner für Zwischenstände</translation>
    </message>
    <message>
        <source>There must be one kind of labels.</source>
        <translation>Es muss eine Art von Labels geben.</translation>
    </message>
    <message>
        <source>Macro-F1 of held-out places: {:.3f} (random forest: {:.3f}), epoch {} of {}.</source>
        <translation>Macro-F1 zurückgehaltener Orte: {:.3f} (Random Forest: {:.3f}), Epoche {} von {}.</translation>
    </message>
    <message>
        <source>Look whether the disk is full.</source>
        <translation>Prüfen Sie, ob der Datenträger voll ist.</translation>
    </message>
    <message>
        <source>Delete it, or draw it again near the scene.</source>
        <translation>Löschen Sie sie oder zeichnen Sie sie nahe der Szene neu.</translation>
    </message>
    <message>
        <source>The drawn areas could not be written: {}</source>
        <translation>Die gezeichneten Flächen ließen sich nicht schreiben: {}</translation>
    </message>
    <message>
        <source>The layer {} has no {}polygons.</source>
        <translation>Der Layer {} hat keine {}Polygone.</translation>
    </message>
    <message>
        <source>selected </source>
        <translation>ausgewählten </translation>
    </message>
    <message>
        <source>Area {} lies where the scene's coordinate system does not reach.</source>
        <translation>Fläche {} liegt außerhalb der Reichweite des Koordinatensystems der Szene.</translation>
    </message>
    <message>
        <source>Change score</source>
        <translation>Veränderungsmaß</translation>
    </message>
    <message>
        <source>From-to</source>
        <translation>Von-nach</translation>
    </message>
    <message>
        <source>Run the job again; the engine restarts by itself.</source>
        <translation>Starten Sie den Auftrag erneut; die Engine startet von selbst neu.</translation>
    </message>
    <message>
        <source>Try again; if it stays so, check the engine's Python in the SpecAware panel.</source>
        <translation>Versuchen Sie es erneut; bleibt es dabei, prüfen Sie im SpecAware-Bedienfeld das Python der Engine.</translation>
    </message>
    <message>
        <source>Install plugin and engine of the same version.</source>
        <translation>Installieren Sie Erweiterung und Engine derselben Version.</translation>
    </message>
    <message>
        <source>The engine ended before the job was done: {}.</source>
        <translation>Die Engine endete, bevor der Auftrag fertig war: {}.</translation>
    </message>
    <message>
        <source>The engine is running another job.</source>
        <translation>Die Engine arbeitet an einem anderen Auftrag.</translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it.</source>
        <translation>Warten Sie auf sein Ende oder brechen Sie ihn ab.</translation>
    </message>
    <message>
        <source>it closed its output</source>
        <translation>sie schloss ihre Ausgabe</translation>
    </message>
    <message>
        <source>it was killed (exit code -9), perhaps for lack of memory</source>
        <translation>sie wurde beendet (Exit-Code -9), vielleicht aus Mangel an Speicher</translation>
    </message>
    <message>
        <source>exit code {}</source>
        <translation>Exit-Code {}</translation>
    </message>
    <message>
        <source>The engine did not answer within {:g} s.</source>
        <translation>Die Engine antwortete nicht innerhalb von {:g} s.</translation>
    </message>
    <message>
        <source>The engine sent a line that is not a message: {!r}.</source>
        <translation>Die Engine schickte eine Zeile, die keine Nachricht ist: {!r}.</translation>
    </message>
    <message>
        <source>It said: {}</source>
        <translation>Sie sagte: {}</translation>
    </message>
    <message>
        <source>The engine speaks protocol {}, this plugin protocol {}.</source>
        <translation>Die Engine spricht Protokoll {}, diese Erweiterung Protokoll {}.</translation>
    </message>
    <message>
        <source>SpecAware's engine is not installed: no Python environment for it was found.</source>
        <translation>Die Engine von SpecAware ist nicht installiert: Es wurde keine Python-Umgebung für sie gefunden.</translation>
    </message>
    <message>
        <source>Install it on the page Engine of the SpecAware panel, or choose an existing Python there.</source>
        <translation>Auf der Seite Engine des SpecAware-Bedienfelds installieren oder dort ein vorhandenes Python wählen.</translation>
    </message>
    <message>
        <source>Choose another Python in the SpecAware panel, or install the engine's packages into it.</source>
        <translation>Wählen Sie im SpecAware-Bedienfeld ein anderes Python oder installieren Sie die Pakete der Engine darin.</translation>
    </message>
    <message>
        <source>Install the plugin again.</source>
        <translation>Installieren Sie die Erweiterung neu.</translation>
    </message>
    <message>
        <source>no output</source>
        <translation>keine Ausgabe</translation>
    </message>
    <message>
        <source>Choose another in the SpecAware panel.</source>
        <translation>Wählen Sie im SpecAware-Bedienfeld ein anderes.</translation>
    </message>
    <message>
        <source>Choose another Python in the SpecAware panel.</source>
        <translation>Wählen Sie im SpecAware-Bedienfeld ein anderes Python.</translation>
    </message>
    <message>
        <source>{} cannot run the engine: {}</source>
        <translation>{} kann die Engine nicht ausführen: {}</translation>
    </message>
    <message>
        <source>The folder engine is missing in {}.</source>
        <translation>Der Ordner engine fehlt in {}.</translation>
    </message>
    <message>
        <source>By hand, with Python 3.11: {}</source>
        <translation>Von Hand, mit Python 3.11: {}</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The engine's Python {} does not exist or cannot be run.</source>
        <translation>Das Python der Engine {} gibt es nicht, oder es lässt sich nicht starten.</translation>
    </message>
    <message>
        <source>{} cannot be started: {}.</source>
        <translation>{} lässt sich nicht starten: {}.</translation>
    </message>
    <message>
        <source>The check of the engine took more than {:g} s.</source>
        <translation>Die Prüfung der Engine dauerte länger als {:g} s.</translation>
    </message>
    <message>
        <source>Install Python from python.org, or uv.</source>
        <translation>Installieren Sie Python von python.org oder uv.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Install them (on Debian and Ubuntu: python3-venv), or choose another.</source>
        <translation>Installieren Sie sie (unter Debian und Ubuntu: python3-venv) oder wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>{} belongs to QGIS; environments made from it do not start.</source>
        <translation>{} gehört zu QGIS; damit angelegte Umgebungen starten nicht.</translation>
    </message>
    <message>
        <source>{} is Python {}; the engine needs {} to {}.</source>
        <translation>{} ist Python {}; die Engine braucht {} bis {}.</translation>
    </message>
    <message>
        <source>{} has {} bits; the engine needs 64.</source>
        <translation>{} hat {} Bit; die Engine braucht 64.</translation>
    </message>
    <message>
        <source>{} lacks the modules venv and ensurepip.</source>
        <translation>{} fehlen die Module venv und ensurepip.</translation>
    </message>
    <message>
        <source>{} is not a Python that can be run: {}.</source>
        <translation>{} ist kein Python, das sich starten lässt: {}.</translation>
    </message>
    <message>
        <source>The log has the details; go on to try again.</source>
        <translation>Das Protokoll nennt Einzelheiten; machen Sie weiter, um es erneut zu versuchen.</translation>
    </message>
    <message>
        <source>The packages could not be installed.</source>
        <translation>Die Pakete konnten nicht installiert werden.</translation>
    </message>
    <message>
        <source>Making the environment anew.</source>
        <translation>Die Umgebung wird neu angelegt.</translation>
    </message>
    <message>
        <source>Checking the engine</source>
        <translation>Engine wird geprüft</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Free some space on the disk and go on.</source>
        <translation>Schaffen Sie Platz auf dem Datenträger und machen Sie weiter.</translation>
    </message>
    <message>
        <source>Check the network and the proxy in QGIS' settings (Options, Network), then go on; what has come stays.</source>
        <translation>Prüfen Sie das Netz und den Proxy in den Einstellungen von QGIS (Optionen, Netzwerk) und machen Sie dann weiter; was schon geladen ist, bleibt.</translation>
    </message>
    <message>
        <source>The index, or the folder of packages, lacks one for this Python; choose another Python.</source>
        <translation>Im Index oder im Ordner der Pakete fehlt eines für dieses Python; wählen Sie ein anderes Python.</translation>
    </message>
    <message>
        <source>Making the environment</source>
        <translation>Umgebung wird angelegt</translation>
    </message>
    <message>
        <source>The environment could not be made.</source>
        <translation>Die Umgebung konnte nicht angelegt werden.</translation>
    </message>
    <message>
        <source>Repair it; the log has the details.</source>
        <translation>Reparieren Sie sie; das Protokoll nennt Einzelheiten.</translation>
    </message>
    <message>
        <source>Choose an empty folder, or one that does not exist.</source>
        <translation>Wählen Sie einen leeren Ordner oder einen, den es noch nicht gibt.</translation>
    </message>
    <message>
        <source>No Python was found that an environment can be made from.</source>
        <translation>Es wurde kein Python gefunden, mit dem sich eine Umgebung anlegen lässt.</translation>
    </message>
    <message>
        <source>Install Python 3.11 or newer, or uv; or use an existing environment.</source>
        <translation>Installieren Sie Python 3.11 oder neuer oder uv; oder nutzen Sie eine vorhandene Umgebung.</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder on another disk.</source>
        <translation>Schaffen Sie Platz oder wählen Sie einen Ordner auf einem anderen Datenträger.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The new environment does not work: {}</source>
        <translation>Die neue Umgebung funktioniert nicht: {}</translation>
    </message>
    <message>
        <source>The folder {} holds something that was not installed by SpecAware.</source>
        <translation>Der Ordner {} enthält etwas, das nicht von SpecAware installiert wurde.</translation>
    </message>
    <message>
        <source>There are {:,} MB free for {}, and {:,.0f} MB are needed.</source>
        <translation>Frei sind {:,} MB für {}, gebraucht werden {:,.0f} MB.</translation>
    </message>
    <message>
        <source>The folder {} cannot be made: {}.</source>
        <translation>Der Ordner {} lässt sich nicht anlegen: {}.</translation>
    </message>
    <message>
        <source>The folder {} cannot be written to: {}.</source>
        <translation>In den Ordner {} kann nicht geschrieben werden: {}.</translation>
    </message>
    <message>
        <source>Check the engine's Python in the SpecAware panel.</source>
        <translation>Prüfen Sie im SpecAware-Bedienfeld das Python der Engine.</translation>
    </message>
    <message>
        <source>The engine could not be started: {}.</source>
        <translation>Die Engine konnte nicht gestartet werden: {}.</translation>
    </message>
    <message>
        <source>Check the SpecAware engine</source>
        <translation>SpecAware-Engine prüfen</translation>
    </message>
    <message>
        <source>The log panel, page SpecAware, has the details.</source>
        <translation>Einzelheiten stehen im Protokollfenster auf der Seite SpecAware.</translation>
    </message>
    <message>
        <source>The plugin failed: {}: {}</source>
        <translation>Das Plugin ist gescheitert: {}: {}</translation>
    </message>
    <message>
        <source>Hide groups of bands from a trained model and see what its classes lose</source>
        <translation>Gruppen von Kanälen vor einem trainierten Modell verbergen und sehen, was seine Klassen verlieren</translation>
    </message>
    <message>
        <source>Trained model</source>
        <translation>Trainiertes Modell</translation>
    </message>
    <message>
        <source>Class needs</source>
        <translation>Klassenbedarf</translation>
    </message>
    <message>
        <source>the model learned last</source>
        <translation>das zuletzt gelernte Modell</translation>
    </message>
    <message>
        <source>those that come with SpecAware</source>
        <translation>die mit SpecAware gelieferten</translation>
    </message>
    <message>
        <source>&lt;p&gt;SpecAware generates the weights of every band from the band's metadata and from the image: of the whole scene with the default weights, of the place's surroundings with others. This page shows them where you click: press &lt;b&gt;Pick on the map&lt;/b&gt;, then click a pixel or drag a box. The pin in the list, or Shift with the click, keeps a place for comparison.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Gain&lt;/b&gt; is the share of the embedding's weight that a band gets before its values are seen, &lt;b&gt;response&lt;/b&gt; the share of what really reaches the model at this place, &lt;b&gt;content shift&lt;/b&gt; how much the image changed the band's weights. With the default weights a band counts by the part of the spectrum it stands for: beside a gap for more, where two detectors overlap for less. Bad bands are grey and have no weights.&lt;/p&gt;&lt;p&gt;With a trained model, &lt;b&gt;class needs&lt;/b&gt; shows what the probability of a class loses when neighbouring bands are replaced by their local mean: an independent check on the weights. It takes some seconds.&lt;/p&gt;&lt;p&gt;In the plots the wheel zooms, dragging pans and a double click shows everything; with the keyboard, arrows move from band to band, + and − zoom, Escape shows everything.&lt;/p&gt;</source>
        <translation>&lt;p&gt;SpecAware erzeugt die Gewichte jedes Kanals aus den Metadaten des Kanals und aus dem Bild: mit den Standardgewichten aus der ganzen Szene, mit anderen aus der Umgebung des Orts. Diese Seite zeigt sie, wo Sie klicken: Drücken Sie &lt;b&gt;Auf der Karte wählen&lt;/b&gt;, dann klicken Sie ein Pixel an oder ziehen ein Rechteck auf. Die Nadel in der Liste oder Umschalt beim Klick behält einen Ort zum Vergleich.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Gewicht&lt;/b&gt; ist der Anteil am Gewicht der Einbettung, den ein Kanal erhält, bevor seine Werte gesehen werden, &lt;b&gt;Antwort&lt;/b&gt; der Anteil dessen, was an diesem Ort wirklich ins Modell gelangt, &lt;b&gt;Inhaltseinfluss&lt;/b&gt;, wie sehr das Bild die Gewichte des Kanals verändert hat. Mit den Standardgewichten zählt ein Kanal nach dem Teil des Spektrums, für den er steht: neben einer Lücke für mehr, wo zwei Detektoren überlappen, für weniger. Schlechte Kanäle sind grau und haben keine Gewichte.&lt;/p&gt;&lt;p&gt;Mit einem trainierten Modell zeigt &lt;b&gt;Klassenbedarf&lt;/b&gt;, was die Wahrscheinlichkeit einer Klasse verliert, wenn benachbarte Kanäle durch ihr lokales Mittel ersetzt werden: eine unabhängige Probe auf die Gewichte. Das dauert einige Sekunden.&lt;/p&gt;&lt;p&gt;In den Diagrammen zoomt das Rad, Ziehen verschiebt, ein Doppelklick zeigt alles; mit der Tastatur gehen die Pfeile von Kanal zu Kanal, + und − zoomen, Escape zeigt alles.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Export the band weights</source>
        <translation>Kanalgewichte exportieren</translation>
    </message>
    <message>
        <source>Whose needs to show</source>
        <translation>Wessen Bedarf gezeigt wird</translation>
    </message>
    <message>
        <source>There is no trained model yet.</source>
        <translation>Es gibt noch kein trainiertes Modell.</translation>
    </message>
    <message>
        <source>Make a preview or a map on the page Classify, or choose a saved model below.</source>
        <translation>Erstellen Sie auf der Seite Klassifizieren eine Vorschau oder Karte, oder wählen Sie unten ein gespeichertes Modell.</translation>
    </message>
    <message>
        <source>The most probable classes</source>
        <translation>Die wahrscheinlichsten Klassen</translation>
    </message>
    <message>
        <source>Table (CSV) …</source>
        <translation>Tabelle (CSV) …</translation>
    </message>
    <message>
        <source>Picture (PNG) …</source>
        <translation>Bild (PNG) …</translation>
    </message>
    <message>
        <source>Drawing (SVG) …</source>
        <translation>Zeichnung (SVG) …</translation>
    </message>
    <message>
        <source>Band {} · {:.1f} nm · {:.1f} nm wide</source>
        <translation>Kanal {} · {:.1f} nm · {:.1f} nm breit</translation>
    </message>
    <message>
        <source>Hiding bands from the model …</source>
        <translation>Kanäle werden vor dem Modell verborgen …</translation>
    </message>
    <message>
        <source>Weighing the bands …</source>
        <translation>Kanäle werden gewichtet …</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>Geschrieben: {}</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>nicht verwendet</translation>
    </message>
    <message>
        <source>{:.1f} s. Shift with a click keeps the places shown.</source>
        <translation>{:.1f} s. Umschalt beim Klick behält die gezeigten Orte.</translation>
    </message>
    <message>
        <source>{} × {} px</source>
        <translation>{} × {} px</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Drag a rectangle on the map, or click two corners; Esc drops it</source>
        <translation>Rechteck auf der Karte aufziehen oder zwei Ecken anklicken; Esc verwirft es</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Polygon</translation>
    </message>
    <message>
        <source>Click on the map for each corner, right click at the end; Backspace takes a corner back</source>
        <translation>Jede Ecke auf der Karte anklicken, am Ende Rechtsklick; Rücktaste nimmt eine Ecke zurück</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Drag corners or whole areas, double click on a side for a new corner, Delete removes</source>
        <translation>Ecken oder ganze Flächen ziehen, Doppelklick auf eine Seite für eine neue Ecke, Entf löscht</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Delete the chosen areas, or all</source>
        <translation>Gewählte Flächen oder alle löschen</translation>
    </message>
    <message>
        <source>Take areas from the view, a layer or selected features</source>
        <translation>Flächen aus Ansicht, Layer oder Auswahl übernehmen</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>Flächen</translation>
    </message>
    <message>
        <source>The view</source>
        <translation>Die Ansicht</translation>
    </message>
    <message>
        <source>Where to look</source>
        <translation>Wo suchen</translation>
    </message>
    <message>
        <source>The whole overlap is compared. Draw to look only at parts of it.</source>
        <translation>Die ganze Überlappung wird verglichen. Zeichnen Sie, um nur Teile zu betrachten.</translation>
    </message>
    <message>
        <source>Polygons of</source>
        <translation>Polygone von</translation>
    </message>
    <message>
        <source>Selected polygons of</source>
        <translation>Ausgewählte Polygone von</translation>
    </message>
    <message>
        <source>Extent of</source>
        <translation>Ausdehnung von</translation>
    </message>
    <message>
        <source>Spectra only (faster)</source>
        <translation>Nur Spektren (schneller)</translation>
    </message>
    <message>
        <source>The scene of the other date; grid, coordinate system and sensor may differ</source>
        <translation>Die Szene des anderen Datums; Gitter, Koordinatensystem und Sensor dürfen verschieden sein</translation>
    </message>
    <message>
        <source>Swap the two scenes</source>
        <translation>Die beiden Szenen tauschen</translation>
    </message>
    <message>
        <source>Places known to be changed or unchanged; makes the score a probability</source>
        <translation>Bekannt veränderte oder unveränderte Orte; macht das Maß zur Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Land cover in the earlier scene; a model is learned from it</source>
        <translation>Landbedeckung in der früheren Szene; daraus wird ein Modell gelernt</translation>
    </message>
    <message>
        <source>Do without the encoder: takes two thirds of the time, and was about as good on the pairs it was tried on</source>
        <translation>Ohne den Encoder: braucht zwei Drittel der Zeit und war auf den erprobten Bildpaaren etwa gleich gut</translation>
    </message>
    <message>
        <source>temporary file</source>
        <translation>temporäre Datei</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>Früher</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>From-to table</source>
        <translation>Von-nach-Tabelle</translation>
    </message>
    <message>
        <source>Class field</source>
        <translation>Klassenfeld</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Changed?</source>
        <translation>Verändert?</translation>
    </message>
    <message>
        <source>Save map as</source>
        <translation>Karte speichern</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Choose the field that says changed or unchanged.</source>
        <translation>Wählen Sie das Feld, das verändert oder unverändert sagt.</translation>
    </message>
    <message>
        <source>Choose a land cover model that an earlier run has saved.</source>
        <translation>Wählen Sie ein früher gespeichertes Landbedeckungsmodell.</translation>
    </message>
    <message>
        <source>Choose a layer with labels of land cover.</source>
        <translation>Wählen Sie einen Layer mit Labels der Landbedeckung.</translation>
    </message>
    <message>
        <source>Later scene</source>
        <translation>Spätere Szene</translation>
    </message>
    <message>
        <source>Labels of land cover</source>
        <translation>Labels der Landbedeckung</translation>
    </message>
    <message>
        <source>from labels of land cover</source>
        <translation>aus Labels der Landbedeckung</translation>
    </message>
    <message>
        <source>from a saved model</source>
        <translation>aus gespeichertem Modell</translation>
    </message>
    <message>
        <source>Hides scores below; the map follows at once, nothing is computed again</source>
        <translation>Blendet niedrigere Werte aus; die Karte folgt sofort, nichts wird neu berechnet</translation>
    </message>
    <message>
        <source>Back to the threshold of the run</source>
        <translation>Zurück zum Schwellenwert des Laufs</translation>
    </message>
    <message>
        <source>Makes the mask and the from-to table anew with this threshold</source>
        <translation>Erstellt Maske und Von-nach-Tabelle mit diesem Schwellenwert neu</translation>
    </message>
    <message>
        <source>Run with it</source>
        <translation>Damit rechnen</translation>
    </message>
    <message>
        <source>From – to</source>
        <translation>Von – nach</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>shift of {:.1f} px corrected</source>
        <translation>Versatz von {:.1f} px korrigiert</translation>
    </message>
    <message>
        <source>shift {:.1f} px</source>
        <translation>Versatz {:.1f} px</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Nach</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>{} changed</source>
        <translation>{} verändert</translation>
    </message>
    <message>
        <source>{:.0f} s on {}</source>
        <translation>{:.0f} s auf {}</translation>
    </message>
    <message>
        <source>{:.2%} of what was compared</source>
        <translation>{:.2%} des Verglichenen</translation>
    </message>
    <message>
        <source>no shift</source>
        <translation>kein Versatz</translation>
    </message>
    <message>
        <source>{} kept their class</source>
        <translation>{} behielten ihre Klasse</translation>
    </message>
    <message>
        <source>{} on the map</source>
        <translation>{} auf der Karte</translation>
    </message>
    <message>
        <source>held-out macro-F1 {:.2f}</source>
        <translation>Macro-F1 (zurückgehalten) {:.2f}</translation>
    </message>
    <message>
        <source>land cover macro-F1 {:.2f}</source>
        <translation>Macro-F1 der Landbedeckung {:.2f}</translation>
    </message>
    <message>
        <source>&lt;p&gt;Finds what differs between two scenes of one place. They may differ in grid, coordinate system and sensor; differences of season and light are taken out.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Rectangle&lt;/b&gt; and &lt;b&gt;Polygon&lt;/b&gt; draw where to look: several areas are joined. While drawing, Esc drops the area, Backspace takes a corner back, a right click ends a polygon. &lt;b&gt;Edit&lt;/b&gt; moves corners and areas; a double click on a side adds a corner; Delete removes what is under the cursor. Ctrl+Z takes back. Without areas the whole overlap is compared.&lt;/p&gt;&lt;p&gt;The score is in multiples of the automatic threshold: 1 is where the rule draws the line. Move the slider and the map follows at once.&lt;/p&gt;&lt;p&gt;With labels of land cover, or a saved model, a from-to table says what became what, in hectares.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Findet, worin sich zwei Szenen eines Ortes unterscheiden. Gitter, Koordinatensystem und Sensor dürfen verschieden sein; Unterschiede von Jahreszeit und Licht werden herausgerechnet.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Rechteck&lt;/b&gt; und &lt;b&gt;Polygon&lt;/b&gt; zeichnen, wo gesucht wird: Mehrere Flächen werden vereint. Beim Zeichnen verwirft Esc die Fläche, die Rücktaste nimmt eine Ecke zurück, ein Rechtsklick beendet ein Polygon. &lt;b&gt;Ändern&lt;/b&gt; verschiebt Ecken und Flächen; ein Doppelklick auf eine Seite fügt eine Ecke hinzu; Entf löscht, was unter dem Zeiger liegt. Strg+Z nimmt zurück. Ohne Flächen wird die ganze Überlappung verglichen.&lt;/p&gt;&lt;p&gt;Das Maß zählt in Vielfachen des automatischen Schwellenwerts: Bei 1 zieht die Regel die Grenze. Bewegen Sie den Regler, und die Karte folgt sofort.&lt;/p&gt;&lt;p&gt;Mit Labels der Landbedeckung oder einem gespeicherten Modell sagt eine Von-nach-Tabelle, was wozu wurde, in Hektar.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Read the scores</source>
        <translation>Werte lesen</translation>
    </message>
    <message>
        <source>Look whether the file is still there.</source>
        <translation>Prüfen Sie, ob die Datei noch da ist.</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Veränderung</translation>
    </message>
    <message>
        <source>The map {} cannot be opened.</source>
        <translation>Die Karte {} lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>Correct the shift</source>
        <translation>Versatz korrigieren</translation>
    </message>
    <message>
        <source>Move the later scene by the measured shift before comparing</source>
        <translation>Die spätere Szene vor dem Vergleich um den gemessenen Versatz verschieben</translation>
    </message>
    <message>
        <source>Look at the two scenes</source>
        <translation>Die beiden Szenen ansehen</translation>
    </message>
    <message>
        <source>looking for a shift …</source>
        <translation>Versatz wird gesucht …</translation>
    </message>
    <message>
        <source>{} common bands</source>
        <translation>{} gemeinsame Kanäle</translation>
    </message>
    <message>
        <source>shift not measurable</source>
        <translation>Versatz nicht messbar</translation>
    </message>
    <message>
        <source>{:.0%} overlap</source>
        <translation>{:.0%} Überlappung</translation>
    </message>
    <message>
        <source>The levels differ: {} and {}. Correct the wrong one on the page Data.</source>
        <translation>Die Stufen sind verschieden: {} und {}. Berichtigen Sie die falsche auf der Seite Daten.</translation>
    </message>
    <message>
        <source>The later scene lies {:.1f} pixels off ({:+.1f} rows, {:+.1f} columns): edges may look like change.</source>
        <translation>Die spätere Szene liegt {:.1f} Pixel daneben ({:+.1f} Zeilen, {:+.1f} Spalten): Kanten können wie Veränderung aussehen.</translation>
    </message>
    <message>
        <source>Kappa</source>
        <translation>Kappa</translation>
    </message>
    <message>
        <source>Spatial cross-validation inside your labels, both on the same folds.</source>
        <translation>Räumliche Kreuzvalidierung innerhalb Ihrer Labels, beide mit derselben Aufteilung.</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>Klassen</translation>
    </message>
    <message>
        <source>Save model …</source>
        <translation>Modell speichern …</translation>
    </message>
    <message>
        <source>Accuracy was not assessed.</source>
        <translation>Die Genauigkeit wurde nicht ermittelt.</translation>
    </message>
    <message>
        <source>Random forest</source>
        <translation>Random Forest</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>SpecAware's tokens have {:.0%} of the weight in this map; the rest goes to spectra and noise-whitened components.</source>
        <translation>Die Tokens von SpecAware haben {:.0%} des Gewichts in dieser Karte; der Rest entfällt auf Spektren und rauschbereinigte Komponenten.</translation>
    </message>
    <message>
        <source>{} labelled pixels</source>
        <translation>{} Trainingspixel</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>Klassifizieren</translation>
    </message>
    <message>
        <source>&lt;p&gt;Makes a land-cover map of the scene from your labels, or with a model saved by an earlier run.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Preview here&lt;/b&gt; maps a square of 256 × 256 pixels in the middle of the view, then wherever you click. The first preview has to look at the scene and learn from the labels; later ones take moments, and when labels are added only they are learned anew.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Classify land cover&lt;/b&gt; works in the background and can be cancelled at any time. The accuracy beside the result comes from a spatial cross-validation inside your labels, with a random forest on the same folds; it does not replace independent reference data.&lt;/p&gt;&lt;p&gt;Under Options the &lt;b&gt;classifier&lt;/b&gt; can be a head that is fine-tuned on your labels. That takes minutes and pays with many labels only: compare the accuracies.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Erstellt eine Landbedeckungskarte der Szene aus Ihren Labels oder mit einem früher gespeicherten Modell.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Vorschau hier&lt;/b&gt; kartiert ein Quadrat von 256 × 256 Pixeln in der Mitte der Ansicht, danach, wo Sie klicken. Die erste Vorschau muss die Szene betrachten und aus den Labels lernen; spätere dauern nur Augenblicke, und kommen Labels hinzu, werden nur sie neu gelernt.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Landbedeckung klassifizieren&lt;/b&gt; läuft im Hintergrund und lässt sich jederzeit abbrechen. Die Genauigkeit neben dem Ergebnis stammt aus einer räumlichen Kreuzvalidierung innerhalb Ihrer Labels, mit einem Random Forest auf derselben Aufteilung; sie ersetzt keine unabhängigen Referenzdaten.&lt;/p&gt;&lt;p&gt;Unter Optionen kann der &lt;b&gt;Klassifikator&lt;/b&gt; ein Kopf sein, der auf Ihren Labels feinabgestimmt wird. Das dauert Minuten und lohnt sich nur mit vielen Labels: Vergleichen Sie die Genauigkeiten.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Map 256 × 256 pixels in the middle of the view, then wherever you click</source>
        <translation>256 × 256 Pixel in der Mitte der Ansicht kartieren, danach, wo Sie klicken</translation>
    </message>
    <message>
        <source>One fold of held-out places, the same for both. It also chose the epoch, so the score is slightly optimistic.</source>
        <translation>Eine Aufteilung mit zurückgehaltenen Orten, dieselbe für beide. Sie hat auch die Epoche gewählt, der Wert ist daher leicht optimistisch.</translation>
    </message>
    <message>
        <source>Preview here</source>
        <translation>Vorschau hier</translation>
    </message>
    <message>
        <source>The model could not be saved: {}.</source>
        <translation>Das Modell ließ sich nicht speichern: {}.</translation>
    </message>
    <message>
        <source>The model was saved as {}.</source>
        <translation>Das Modell wurde als {} gespeichert.</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Making the preview …</source>
        <translation>Vorschau wird erstellt …</translation>
    </message>
    <message>
        <source>Looking at the scene and learning from the labels, once; then a preview takes moments …</source>
        <translation>Einmal wird die Szene betrachtet und aus den Labels gelernt; danach dauert eine Vorschau nur Augenblicke …</translation>
    </message>
    <message>
        <source>That place is outside the scene.</source>
        <translation>Dieser Ort liegt außerhalb der Szene.</translation>
    </message>
    <message>
        <source>Fine-tuning takes minutes: make the map first, then previews use its model.</source>
        <translation>Die Feinabstimmung dauert Minuten: Erstellen Sie zuerst die Karte, danach nutzt die Vorschau ihr Modell.</translation>
    </message>
    <message>
        <source>Preview in {:.1f} s. Click on the map for another place.</source>
        <translation>Vorschau in {:.1f} s. Für einen anderen Ort auf die Karte klicken.</translation>
    </message>
    <message>
        <source>{} of {} bands usable</source>
        <translation>{} von {} Kanälen nutzbar</translation>
    </message>
    <message>
        <source>Band {}: {:.1f} nm, {:.1f} nm wide</source>
        <translation>Kanal {}: {:.1f} nm, {:.1f} nm breit</translation>
    </message>
    <message>
        <source>Bands of the scene</source>
        <translation>Kanäle der Szene</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Nutzen</translation>
    </message>
    <message>
        <source>Use selected</source>
        <translation>Auswahl nutzen</translation>
    </message>
    <message>
        <source>Leave selected out</source>
        <translation>Auswahl weglassen</translation>
    </message>
    <message>
        <source>At least one band must be used.</source>
        <translation>Mindestens ein Kanal muss genutzt werden.</translation>
    </message>
    <message>
        <source>Band {} needs a wavelength and a width above 0.</source>
        <translation>Kanal {} braucht eine Wellenlänge und eine Breite über 0.</translation>
    </message>
    <message>
        <source>radiance</source>
        <translation>Strahldichte</translation>
    </message>
    <message>
        <source>reflectance</source>
        <translation>Reflexion</translation>
    </message>
    <message>
        <source>Correct bands …</source>
        <translation>Kanäle berichtigen …</translation>
    </message>
    <message>
        <source>Take wavelengths from a CSV …</source>
        <translation>Wellenlängen aus CSV nehmen …</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>Wie in der Datei</translation>
    </message>
    <message>
        <source>Correct the bands</source>
        <translation>Kanäle berichtigen</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Table of wavelengths</source>
        <translation>Wellenlängentabelle</translation>
    </message>
    <message>
        <source>{} of {} usable, {:.0f} to {:.0f} nm</source>
        <translation>{} von {} nutzbar, {:.0f} bis {:.0f} nm</translation>
    </message>
    <message>
        <source>{:.3g} to {:.3g} {}</source>
        <translation>{:.3g} bis {:.3g} {}</translation>
    </message>
    <message>
        <source>Pixel size</source>
        <translation>Pixelgröße</translation>
    </message>
    <message>
        <source>widths</source>
        <translation>Breiten</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>&lt;p&gt;Choose the hyperspectral scene that all pages work on. SpecAware reads wavelengths, widths, bad bands, sensor and level from the file and says where each came from. Correct what is wrong: every job uses your corrections, and the project keeps them.&lt;/p&gt;&lt;p&gt;The buttons under &lt;b&gt;Picture&lt;/b&gt; find the bands by wavelength. On the strip, bands that are not used are short and grey; hold the cursor on a band to learn why.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Wählen Sie die hyperspektrale Szene, mit der alle Seiten arbeiten. SpecAware liest Wellenlängen, Breiten, schlechte Kanäle, Sensor und Stufe aus der Datei und sagt, woher jede Angabe stammt. Berichtigen Sie, was falsch ist: Jeder Lauf verwendet Ihre Korrekturen, und das Projekt behält sie.&lt;/p&gt;&lt;p&gt;Die Knöpfe unter &lt;b&gt;Bild&lt;/b&gt; finden die Kanäle nach Wellenlänge. Im Streifen sind nicht genutzte Kanäle kurz und grau; halten Sie den Zeiger auf einen Kanal, um den Grund zu erfahren.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Open a scene …</source>
        <translation>Szene öffnen …</translation>
    </message>
    <message>
        <source>There is no hyperspectral scene in the project yet. Open one (EnMAP, PRISMA, EMIT, AVIRIS, HyMap … any raster whose bands have wavelengths), or try the sample.</source>
        <translation>Im Projekt ist noch keine hyperspektrale Szene. Öffnen Sie eine (EnMAP, PRISMA, EMIT, AVIRIS, HyMap … jedes Raster, dessen Kanäle Wellenlängen haben) oder probieren Sie das Beispiel.</translation>
    </message>
    <message>
        <source>Open a hyperspectral scene</source>
        <translation>Hyperspektrale Szene öffnen</translation>
    </message>
    <message>
        <source>sample scene</source>
        <translation>Beispielszene</translation>
    </message>
    <message>
        <source>sample labels</source>
        <translation>Beispiel-Labels</translation>
    </message>
    <message>
        <source>sample, later</source>
        <translation>Beispiel, später</translation>
    </message>
    <message>
        <source>Load the sample scene</source>
        <translation>Beispielszene laden</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Reading what the file says …</source>
        <translation>Angaben der Datei werden gelesen …</translation>
    </message>
    <message>
        <source>Choose the image file itself, for ENVI the one without .hdr.</source>
        <translation>Wählen Sie die Bilddatei selbst, bei ENVI die ohne .hdr.</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>Szene</translation>
    </message>
    <message>
        <source>{} is not a raster with at least 4 bands that QGIS can open.</source>
        <translation>{} ist kein Raster mit mindestens 4 Kanälen, das QGIS öffnen kann.</translation>
    </message>
    <message>
        <source>Stretch the picture</source>
        <translation>Bild strecken</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Three wavelengths of your choice</source>
        <translation>Drei Wellenlängen Ihrer Wahl</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>The engine needs PyTorch, rasterio and scikit-learn. They are installed into a folder of their own; QGIS' Python is not touched, and nothing is uploaded.</source>
        <translation>Die Engine braucht PyTorch, rasterio und scikit-learn. Sie werden in einen eigenen Ordner installiert; das Python von QGIS bleibt unberührt, und nichts wird hochgeladen.</translation>
    </message>
    <message>
        <source>found by itself</source>
        <translation>von selbst gefunden</translation>
    </message>
    <message>
        <source>The environment is made from it; 3.11 to 3.14, 64 bit</source>
        <translation>Daraus entsteht die Umgebung; 3.11 bis 3.14, 64 Bit</translation>
    </message>
    <message>
        <source>A Python in which the engine's packages are installed already</source>
        <translation>Ein Python, in dem die Pakete der Engine schon installiert sind</translation>
    </message>
    <message>
        <source>Another Python</source>
        <translation>Anderes Python</translation>
    </message>
    <message>
        <source>Make it from</source>
        <translation>Anlegen mit</translation>
    </message>
    <message>
        <source>Or an existing</source>
        <translation>Oder vorhandenes</translation>
    </message>
    <message>
        <source>Looking at this machine …</source>
        <translation>Dieser Rechner wird angesehen …</translation>
    </message>
    <message>
        <source>Choose a folder to install into.</source>
        <translation>Wählen Sie einen Ordner für die Installation.</translation>
    </message>
    <message>
        <source>Choose the folder that holds the packages.</source>
        <translation>Wählen Sie den Ordner mit den Paketen.</translation>
    </message>
    <message>
        <source>No Python was found. Install Python 3.11 or newer, or uv, or choose one below.</source>
        <translation>Kein Python gefunden. Installieren Sie Python 3.11 oder neuer oder uv, oder wählen Sie unten eines.</translation>
    </message>
    <message>
        <source>Use this Python</source>
        <translation>Dieses Python nutzen</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>dem Netz</translation>
    </message>
    <message>
        <source>a folder of packages (wheels)</source>
        <translation>einem Ordner mit Paketen (Wheels)</translation>
    </message>
    <message>
        <source>Packages from</source>
        <translation>Pakete aus</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wohin</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>with uv</source>
        <translation>mit uv</translation>
    </message>
    <message>
        <source>with venv and pip</source>
        <translation>mit venv und pip</translation>
    </message>
    <message>
        <source>through the proxy of QGIS' settings</source>
        <translation>über den Proxy der QGIS-Einstellungen</translation>
    </message>
    <message>
        <source>about {} to download, </source>
        <translation>etwa {} zu laden, </translation>
    </message>
    <message>
        <source>{}{} on the disk</source>
        <translation>{}{} auf dem Datenträger</translation>
    </message>
    <message>
        <source>{} found, driver for CUDA {}.{}</source>
        <translation>{} gefunden, Treiber für CUDA {}.{}</translation>
    </message>
    <message>
        <source>Install the engine</source>
        <translation>Engine installieren</translation>
    </message>
    <message>
        <source>Go on installing</source>
        <translation>Weiter installieren</translation>
    </message>
    <message>
        <source>Update the engine</source>
        <translation>Engine aktualisieren</translation>
    </message>
    <message>
        <source>Repair the engine</source>
        <translation>Engine reparieren</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>&lt;p&gt;The models run in a process of their own, with their own Python. This page installs it into a folder beside QGIS' settings, or wherever you choose. It can be stopped at any time and goes on where it was; deleting the folder removes it.&lt;/p&gt;&lt;p&gt;Without a network, choose a folder of packages that another computer has fetched with &lt;code&gt;pip download -r requirements.txt&lt;/code&gt;.&lt;/p&gt;&lt;p&gt;If something breaks, &lt;b&gt;Repair&lt;/b&gt; installs what is missing, and makes the environment anew if that does not help. &lt;b&gt;Copy diagnostics&lt;/b&gt; puts what a helper needs on the clipboard, without your name and passwords. While the engine works, &lt;b&gt;Installation&lt;/b&gt; is folded: there is nothing to do.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Die Modelle laufen in einem eigenen Prozess mit eigenem Python. Diese Seite installiert es in einen Ordner neben den Einstellungen von QGIS oder wohin Sie wollen. Die Installation lässt sich jederzeit anhalten und geht dort weiter, wo sie war; Löschen des Ordners entfernt sie.&lt;/p&gt;&lt;p&gt;Ohne Netz wählen Sie einen Ordner mit Paketen, die ein anderer Rechner mit &lt;code&gt;pip download -r requirements.txt&lt;/code&gt; geholt hat.&lt;/p&gt;&lt;p&gt;Wenn etwas nicht mehr geht, installiert &lt;b&gt;Reparieren&lt;/b&gt; das Fehlende und legt die Umgebung neu an, falls das nicht hilft. &lt;b&gt;Diagnose kopieren&lt;/b&gt; legt in die Zwischenablage, was ein Helfer braucht, ohne Ihren Namen und Kennwörter. Solange die Engine funktioniert, ist &lt;b&gt;Installation&lt;/b&gt; eingeklappt: Es ist nichts zu tun.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Installation</source>
        <translation>Installation</translation>
    </message>
    <message>
        <source>Install the SpecAware engine</source>
        <translation>SpecAware-Engine installieren</translation>
    </message>
    <message>
        <source>Checking the engine …</source>
        <translation>Engine wird geprüft …</translation>
    </message>
    <message>
        <source>Look at this machine</source>
        <translation>Diesen Rechner ansehen</translation>
    </message>
    <message>
        <source>The engine is ready.</source>
        <translation>Die Engine ist bereit.</translation>
    </message>
    <message>
        <source>The page Data is a good place to begin.</source>
        <translation>Die Seite Daten ist ein guter Anfang.</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard.</source>
        <translation>Die Diagnose ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>The installation was stopped.</source>
        <translation>Die Installation wurde angehalten.</translation>
    </message>
    <message>
        <source>What has come stays; go on when you like.</source>
        <translation>Was da ist, bleibt; machen Sie weiter, wann Sie wollen.</translation>
    </message>
    <message>
        <source>The engine is broken.</source>
        <translation>Die Engine ist defekt.</translation>
    </message>
    <message>
        <source>No Python was chosen.</source>
        <translation>Es wurde kein Python gewählt.</translation>
    </message>
    <message>
        <source>Choose the program python of an environment.</source>
        <translation>Wählen Sie das Programm python einer Umgebung.</translation>
    </message>
    <message>
        <source>There is no engine yet.</source>
        <translation>Es gibt noch keine Engine.</translation>
    </message>
    <message>
        <source>SpecAware settings</source>
        <translation>SpecAware-Einstellungen</translation>
    </message>
    <message>
        <source>Idle engine leaves after</source>
        <translation>Untätige Engine endet nach</translation>
    </message>
    <message>
        <source>Python of the engine</source>
        <translation>Python der Engine</translation>
    </message>
    <message>
        <source>The graphics card if there is one</source>
        <translation>Die Grafikkarte, wenn es eine gibt</translation>
    </message>
    <message>
        <source>The processor</source>
        <translation>Der Prozessor</translation>
    </message>
    <message>
        <source>The graphics card (CUDA)</source>
        <translation>Die Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>An engine that stays in memory answers at once; after the idle time it leaves and frees its memory.</source>
        <translation>Eine Engine im Speicher antwortet sofort; nach der Leerlaufzeit endet sie und gibt ihren Speicher frei.</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Choose the engine's Python …</source>
        <translation>Python der Engine wählen …</translation>
    </message>
    <message>
        <source>Look for the engine again</source>
        <translation>Engine erneut suchen</translation>
    </message>
    <message>
        <source>Engine settings</source>
        <translation>Einstellungen der Engine</translation>
    </message>
    <message>
        <source>Engine needs attention</source>
        <translation>Engine braucht Aufmerksamkeit</translation>
    </message>
    <message>
        <source>Engine not ready</source>
        <translation>Engine nicht bereit</translation>
    </message>
    <message>
        <source>Python of the SpecAware engine</source>
        <translation>Python der SpecAware-Engine</translation>
    </message>
    <message>
        <source>Engine ready · {}</source>
        <translation>Engine bereit · {}</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Keep it when another place is clicked</source>
        <translation>Behalten, wenn ein anderer Ort angeklickt wird</translation>
    </message>
    <message>
        <source>Help for this page</source>
        <translation>Hilfe zu dieser Seite</translation>
    </message>
    <message>
        <source>Mixture (recommended)</source>
        <translation>Mischung (empfohlen)</translation>
    </message>
    <message>
        <source>Mixture without the encoder (faster)</source>
        <translation>Mischung ohne den Encoder (schneller)</translation>
    </message>
    <message>
        <source>The mixture learns in seconds and was better with few labels. Without the encoder large scenes take about half of the time. Fine-tuning a head takes minutes; it pays with many labels, or where one model shall serve scenes of several sensors.</source>
        <translation>Die Mischung lernt in Sekunden und war bei wenigen Labels besser. Ohne den Encoder brauchen große Szenen etwa die Hälfte der Zeit. Die Feinabstimmung eines Kopfes dauert Minuten; sie lohnt sich bei vielen Labels oder wenn ein Modell für Szenen mehrerer Sensoren dienen soll.</translation>
    </message>
    <message>
        <source>Polygons or points; 5 to 50 labelled pixels a class are enough</source>
        <translation>Polygone oder Punkte; 5 bis 50 Trainingspixel je Klasse genügen</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>Lernen aus</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Classifier</source>
        <translation>Klassifikator</translation>
    </message>
    <message>
        <source>Open a hyperspectral scene on the page Data to begin.</source>
        <translation>Zum Anfang eine hyperspektrale Szene auf der Seite Daten öffnen.</translation>
    </message>
    <message>
        <source>Add a layer of labelled polygons or points.</source>
        <translation>Fügen Sie einen Layer mit gelabelten Polygonen oder Punkten hinzu.</translation>
    </message>
    <message>
        <source>Choose the field with the class.</source>
        <translation>Wählen Sie das Feld mit der Klasse.</translation>
    </message>
    <message>
        <source>Only a part of the scene</source>
        <translation>Nur ein Teil der Szene</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>A saved model</source>
        <translation>Gespeichertes Modell</translation>
    </message>
    <message>
        <source>Choose a model that an earlier run has saved.</source>
        <translation>Wählen Sie ein früher gespeichertes Modell.</translation>
    </message>
    <message>
        <source>The part to map has no area.</source>
        <translation>Der zu kartierende Teil hat keine Fläche.</translation>
    </message>
    <message>
        <source>Draw it on the map, or map the whole scene.</source>
        <translation>Zeichnen Sie ihn auf der Karte oder kartieren Sie die ganze Szene.</translation>
    </message>
    <message>
        <source>Fine-tuned: {}</source>
        <translation>Feinabgestimmt: {}</translation>
    </message>
    <message>
        <source>Look at the scene</source>
        <translation>Szene ansehen</translation>
    </message>
    <message>
        <source>End the SpecAware engine</source>
        <translation>SpecAware-Engine beenden</translation>
    </message>
    <message>
        <source>The chosen class is given to what you draw; a double click changes its colour</source>
        <translation>Die gewählte Klasse gilt für das Gezeichnete; ein Doppelklick ändert ihre Farbe</translation>
    </message>
    <message>
        <source>Add a class, such as water</source>
        <translation>Klasse hinzufügen, etwa Wasser</translation>
    </message>
    <message>
        <source>Name of a new class</source>
        <translation>Name einer neuen Klasse</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>Add the class</source>
        <translation>Klasse hinzufügen</translation>
    </message>
    <message>
        <source>Remove the chosen class from the list</source>
        <translation>Gewählte Klasse aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Count labels</source>
        <translation>Labels zählen</translation>
    </message>
    <message>
        <source>Grow a region</source>
        <translation>Region wachsen lassen</translation>
    </message>
    <message>
        <source>There is nothing to grow yet.</source>
        <translation>Es gibt noch nichts zu wachsen.</translation>
    </message>
    <message>
        <source>Choose a scene and a labels layer, add a class and choose it.</source>
        <translation>Wählen Sie eine Szene und einen Label-Layer, fügen Sie eine Klasse hinzu und wählen Sie sie.</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Copy into the labels</source>
        <translation>In die Labels kopieren</translation>
    </message>
    <message>
        <source>From layer</source>
        <translation>Aus Layer</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>There is nothing to import.</source>
        <translation>Es gibt nichts zu importieren.</translation>
    </message>
    <message>
        <source>Choose another layer and the field with its classes.</source>
        <translation>Wählen Sie einen anderen Layer und das Feld mit seinen Klassen.</translation>
    </message>
    <message>
        <source>&lt;p&gt;Labels are polygons or points with a class. 5 to 50 pixels a class are enough to begin with; put them in at least two places each, so that the accuracy can be measured.&lt;/p&gt;&lt;p&gt;Make a layer, add classes, choose one and press &lt;b&gt;Draw&lt;/b&gt;: QGIS' own tools digitise, and what you draw gets the chosen class. &lt;b&gt;Grow&lt;/b&gt; takes a click and fills the pixels around it whose spectra have a like shape; the slider widens or narrows the region grown last.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Suggest places&lt;/b&gt; asks the model of the last preview or map where it is least sure.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Labels sind Polygone oder Punkte mit einer Klasse. 5 bis 50 Pixel je Klasse genügen für den Anfang; verteilen Sie sie je Klasse auf mindestens zwei Orte, damit sich die Genauigkeit messen lässt.&lt;/p&gt;&lt;p&gt;Legen Sie einen Layer an, fügen Sie Klassen hinzu, wählen Sie eine und drücken Sie &lt;b&gt;Zeichnen&lt;/b&gt;: Digitalisiert wird mit den Werkzeugen von QGIS, und das Gezeichnete erhält die gewählte Klasse. &lt;b&gt;Wachsen&lt;/b&gt; nimmt einen Klick und füllt die Pixel ringsum, deren Spektren eine ähnliche Form haben; der Regler weitet oder verengt die zuletzt gewachsene Region.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Orte vorschlagen&lt;/b&gt; fragt das Modell der letzten Vorschau oder Karte, wo es am unsichersten ist.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Make a new labels layer …</source>
        <translation>Neuen Label-Layer anlegen …</translation>
    </message>
    <message>
        <source>Draw with QGIS' own tools; what you draw gets the chosen class</source>
        <translation>Mit den Werkzeugen von QGIS zeichnen; das Gezeichnete erhält die gewählte Klasse</translation>
    </message>
    <message>
        <source>Click on the map: pixels around with like spectra become a polygon</source>
        <translation>Auf die Karte klicken: Ähnliche Pixel ringsum werden zum Polygon</translation>
    </message>
    <message>
        <source>Save the edits of the labels layer</source>
        <translation>Änderungen des Label-Layers speichern</translation>
    </message>
    <message>
        <source>Tolerance of growing</source>
        <translation>Toleranz beim Wachsen</translation>
    </message>
    <message>
        <source>Greatest spectral angle to the clicked place</source>
        <translation>Größter Spektralwinkel zum angeklickten Ort</translation>
    </message>
    <message>
        <source>New labels layer</source>
        <translation>Neuer Label-Layer</translation>
    </message>
    <message>
        <source>labels.gpkg</source>
        <translation>labels.gpkg</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Wachsen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Choose a layer of polygons or points with classes, or make a new one with the button beside it.</source>
        <translation>Wählen Sie einen Layer mit Polygonen oder Punkten und Klassen, oder legen Sie mit dem Knopf daneben einen neuen an.</translation>
    </message>
    <message>
        <source>Labels layer</source>
        <translation>Label-Layer</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>Make a new labels layer and import these labels.</source>
        <translation>Legen Sie einen neuen Label-Layer an und importieren Sie diese Labels.</translation>
    </message>
    <message>
        <source>The labels could not be saved.</source>
        <translation>Die Labels ließen sich nicht speichern.</translation>
    </message>
    <message>
        <source>{} labels were imported; save them when they are right.</source>
        <translation>Importierte Labels: {}. Speichern Sie sie, wenn sie stimmen.</translation>
    </message>
    <message>
        <source>{} places were added to the map, the most telling first.</source>
        <translation>Zur Karte hinzugefügte Orte: {}, die aufschlussreichsten zuerst.</translation>
    </message>
    <message>
        <source>The layer {} cannot be edited.</source>
        <translation>Der Layer {} lässt sich nicht bearbeiten.</translation>
    </message>
    <message>
        <source>Where to label next</source>
        <translation>Wo als Nächstes labeln</translation>
    </message>
    <message>
        <source>Suggest places</source>
        <translation>Orte vorschlagen</translation>
    </message>
    <message>
        <source>There is no model yet that could say where it is unsure.</source>
        <translation>Es gibt noch kein Modell, das sagen könnte, wo es unsicher ist.</translation>
    </message>
    <message>
        <source>Make a preview or a map on the page Classify first.</source>
        <translation>Erstellen Sie zuerst eine Vorschau oder Karte auf der Seite Klassifizieren.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>SpecAware</source>
        <translation>SpecAware</translation>
    </message>
    <message>
        <source>Pick on the map</source>
        <translation>Auf der Karte wählen</translation>
    </message>
    <message>
        <source>Click a pixel, or drag a box; hold Shift to keep what is shown</source>
        <translation>Pixel anklicken oder Rechteck aufziehen; Umschalt halten, um das Gezeigte zu behalten</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Export</translation>
    </message>
    <message>
        <source>Click a pixel on the map, or drag a box.</source>
        <translation>Pixel auf der Karte anklicken oder Rechteck aufziehen.</translation>
    </message>
    <message>
        <source>There is no scene.</source>
        <translation>Es gibt keine Szene.</translation>
    </message>
    <message>
        <source>Choose one on the page Data.</source>
        <translation>Wählen Sie eine auf der Seite Daten.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Startet</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Wird abgebrochen</translation>
    </message>
    <message>
        <source>about {} left</source>
        <translation>noch etwa {}</translation>
    </message>
    <message>
        <source>A raster whose bands have wavelengths</source>
        <translation>Ein Raster, dessen Kanäle Wellenlängen haben</translation>
    </message>
    <message>
        <source>Fields, parcels, blocks: each polygon gets one class; only what lies inside counts</source>
        <translation>Felder, Parzellen, Häuserblöcke: Jedes Polygon erhält eine Klasse; es zählt nur, was darin liegt</translation>
    </message>
    <message>
        <source>A folder that holds one folder of chips for each class</source>
        <translation>Ein Ordner mit einem Ordner von Chips je Klasse</translation>
    </message>
    <message>
        <source>Side of a cell</source>
        <translation>Seite einer Zelle</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>Speichern als</translation>
    </message>
    <message>
        <source>Choose the folder of chips to classify.</source>
        <translation>Wählen Sie den Ordner der zu klassifizierenden Chips.</translation>
    </message>
    <message>
        <source>Polygons lie on a scene: choose a folder of examples, or classify a scene.</source>
        <translation>Polygone liegen auf einer Szene: Wählen Sie einen Ordner mit Beispielen oder klassifizieren Sie eine Szene.</translation>
    </message>
    <message>
        <source>Choose a folder with one folder of chips for each class.</source>
        <translation>Wählen Sie einen Ordner mit einem Ordner von Chips je Klasse.</translation>
    </message>
    <message>
        <source>Add a layer of polygons or points with classes.</source>
        <translation>Fügen Sie einen Layer mit Polygonen oder Punkten und Klassen hinzu.</translation>
    </message>
    <message>
        <source>Add a layer of polygons to classify.</source>
        <translation>Fügen Sie einen Layer mit Polygonen hinzu, die klassifiziert werden sollen.</translation>
    </message>
    <message>
        <source>Polygons are learned from polygons: choose such a layer of labels.</source>
        <translation>Polygone werden aus Polygonen gelernt: Wählen Sie einen solchen Layer mit Labels.</translation>
    </message>
    <message>
        <source>Show the grid</source>
        <translation>Gitter zeigen</translation>
    </message>
    <message>
        <source>Grid of cells</source>
        <translation>Gitter der Zellen</translation>
    </message>
    <message>
        <source>A folder of chips</source>
        <translation>Ein Ordner mit Chips</translation>
    </message>
    <message>
        <source>Polygons of a layer</source>
        <translation>Polygone eines Layers</translation>
    </message>
    <message>
        <source>Polygons</source>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>Chips</source>
        <translation>Chips</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>: make them smaller</source>
        <translation>: bitte verkleinern</translation>
    </message>
    <message>
        <source>{} × {} = {:,} cells</source>
        <translation>{} × {} = {:,} Zellen</translation>
    </message>
    <message>
        <source>{} classes, {} examples</source>
        <translation>{} Klassen, {} Beispiele</translation>
    </message>
    <message>
        <source>{:,.0f} m a side · </source>
        <translation>{:,.0f} m je Seite · </translation>
    </message>
    <message>
        <source>of the examples, each held out once</source>
        <translation>der Beispiele, jedes einmal zurückgehalten</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Gefunden</translation>
    </message>
    <message>
        <source>, {} without data</source>
        <translation>, {} ohne Daten</translation>
    </message>
    <message>
        <source>{} classified{} · {:.0f} s on {}</source>
        <translation>{} klassifiziert{} · {:.0f} s auf {}</translation>
    </message>
    <message>
        <source>{:.0%} right</source>
        <translation>{:.0%} richtig</translation>
    </message>
    <message>
        <source>95 % interval {:.0%} to {:.0%}</source>
        <translation>95-%-Intervall {:.0%} bis {:.0%}</translation>
    </message>
    <message>
        <source>logistic regression {:.0%}</source>
        <translation>logistische Regression {:.0%}</translation>
    </message>
    <message>
        <source>&lt;p&gt;Gives whole places a class, such as residential, harbour or forest: the cells of a grid over the scene, the polygons of a layer, or chips in a folder.&lt;/p&gt;&lt;p&gt;The classes are learned from a few examples: polygons or points on the scene, each with a class, or a folder with one folder of chips for each class. Five a class are enough to begin with; of polygons and points, a window as large as a cell is looked at. Polygons are learned from polygons: only what lies inside counts.&lt;/p&gt;&lt;p&gt;The share of right answers is measured with examples held out; a plain logistic regression stands beside it. Pale cells are uncertain ones.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Gibt ganzen Orten eine Klasse, etwa Wohngebiet, Hafen oder Wald: den Zellen eines Gitters über der Szene, den Polygonen eines Layers oder Chips in einem Ordner.&lt;/p&gt;&lt;p&gt;Die Klassen werden aus wenigen Beispielen gelernt: Polygone oder Punkte auf der Szene, je mit einer Klasse, oder ein Ordner mit einem Ordner von Chips je Klasse. Fünf je Klasse genügen für den Anfang; bei Polygonen und Punkten wird ein Fenster von der Größe einer Zelle betrachtet. Polygone werden aus Polygonen gelernt: Es zählt nur, was darin liegt.&lt;/p&gt;&lt;p&gt;Der Anteil richtiger Antworten wird an zurückgehaltenen Beispielen gemessen; daneben steht eine einfache logistische Regression. Blasse Zellen sind unsicher.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>scenes</source>
        <translation>Szenen</translation>
    </message>
    <message>
        <source>The table was written to {}.</source>
        <translation>Die Tabelle wurde nach {} geschrieben.</translation>
    </message>
    <message>
        <source>The result {} cannot be opened.</source>
        <translation>Das Ergebnis {} lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>From a layer</source>
        <translation>Aus einem Layer</translation>
    </message>
    <message>
        <source>A mean spectrum of each selected feature</source>
        <translation>Ein mittleres Spektrum je ausgewähltem Objekt</translation>
    </message>
    <message>
        <source>A mean spectrum of each class, over all its features</source>
        <translation>Ein mittleres Spektrum je Klasse über alle ihre Objekte</translation>
    </message>
    <message>
        <source>Name or class</source>
        <translation>Name oder Klasse</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>Ausgewählte</translation>
    </message>
    <message>
        <source>Choose another field.</source>
        <translation>Wählen Sie ein anderes Feld.</translation>
    </message>
    <message>
        <source>Select features with QGIS' own tools.</source>
        <translation>Wählen Sie Objekte mit den Werkzeugen von QGIS aus.</translation>
    </message>
    <message>
        <source>{} has no {} that lie on the scene.</source>
        <translation>{} hat keine {} auf der Szene.</translation>
    </message>
    <message>
        <source>features with a class</source>
        <translation>Objekte mit einer Klasse</translation>
    </message>
    <message>
        <source>selected features</source>
        <translation>ausgewählten Objekte</translation>
    </message>
    <message>
        <source>Spectral angle; drawn as bright as the spectrum</source>
        <translation>Spektralwinkel; so hell gezeichnet wie das Spektrum</translation>
    </message>
    <message>
        <source>Compare with a library</source>
        <translation>Mit Bibliothek vergleichen</translation>
    </message>
    <message>
        <source>The spectrum to compare</source>
        <translation>Das zu vergleichende Spektrum</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>Spektrum</translation>
    </message>
    <message>
        <source>the newest one</source>
        <translation>das neueste</translation>
    </message>
    <message>
        <source>Spectral libraries</source>
        <translation>Spektralbibliotheken</translation>
    </message>
    <message>
        <source>Spectra</source>
        <translation>Spektren</translation>
    </message>
    <message>
        <source>&lt;p&gt;Press &lt;b&gt;Pick on the map&lt;/b&gt; and click: each click adds the spectrum of a pixel, each drag the mean of a box with its spread. Choose another scene above to add spectra of another sensor: all share one axis in nanometres.&lt;/p&gt;&lt;p&gt;&lt;b&gt;From a layer&lt;/b&gt; averages the selected features, or all features of each class.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Continuum removed&lt;/b&gt; divides by the upper hull of the spectrum, so that absorptions can be compared. &lt;b&gt;Compare with a library&lt;/b&gt; lists the five materials with the smallest spectral angle; the library (ENVI .sli or CSV) is brought to the bands of the scene first.&lt;/p&gt;&lt;p&gt;In the plot the wheel zooms, dragging pans and a double click shows everything.&lt;/p&gt;</source>
        <translation>&lt;p&gt;Drücken Sie &lt;b&gt;Auf der Karte wählen&lt;/b&gt; und klicken Sie: Jeder Klick fügt das Spektrum eines Pixels hinzu, jedes Aufziehen das Mittel eines Rechtecks mit seiner Streuung. Wählen Sie oben eine andere Szene, um Spektren eines anderen Sensors hinzuzufügen: Alle teilen eine Achse in Nanometern.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Aus einem Layer&lt;/b&gt; mittelt die ausgewählten Objekte oder alle Objekte jeder Klasse.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Kontinuum entfernt&lt;/b&gt; teilt durch die obere Hülle des Spektrums, damit sich Absorptionen vergleichen lassen. &lt;b&gt;Mit Bibliothek vergleichen&lt;/b&gt; nennt die fünf Materialien mit dem kleinsten Spektralwinkel; die Bibliothek (ENVI .sli oder CSV) wird zuvor auf die Kanäle der Szene umgerechnet.&lt;/p&gt;&lt;p&gt;Im Diagramm zoomt das Rad, Ziehen verschiebt, ein Doppelklick zeigt alles.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Export the spectra</source>
        <translation>Spektren exportieren</translation>
    </message>
    <message>
        <source>Divide by the upper hull, so that absorptions can be compared</source>
        <translation>Durch die obere Hülle teilen, damit sich Absorptionen vergleichen lassen</translation>
    </message>
    <message>
        <source>Remove all</source>
        <translation>Alle entfernen</translation>
    </message>
    <message>
        <source>Read spectra</source>
        <translation>Spektren lesen</translation>
    </message>
    <message>
        <source>Continuum removed</source>
        <translation>Kontinuum entfernt</translation>
    </message>
    <message>
        <source>{} px</source>
        <translation>{} px</translation>
    </message>
    <message>
        <source>Library (CSV) …</source>
        <translation>Bibliothek (CSV) …</translation>
    </message>
    <message>
        <source>Library (ENVI .sli) …</source>
        <translation>Bibliothek (ENVI .sli) …</translation>
    </message>
    <message>
        <source>Remove some first.</source>
        <translation>Entfernen Sie zuerst einige.</translation>
    </message>
    <message>
        <source>No more than {} spectra are shown.</source>
        <translation>Mehr als {} Spektren werden nicht gezeigt.</translation>
    </message>
    <message>
        <source>{} spectra</source>
        <translation>{} Spektren</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>given by the user</source>
        <translation>von Ihnen angegeben</translation>
    </message>
    <message>
        <source>named in the file</source>
        <translation>in der Datei genannt</translation>
    </message>
    <message>
        <source>georeference of the file</source>
        <translation>Georeferenz der Datei</translation>
    </message>
    <message>
        <source>band metadata</source>
        <translation>Metadaten der Kanäle</translation>
    </message>
    <message>
        <source>ENVI metadata of the bands</source>
        <translation>ENVI-Metadaten der Kanäle</translation>
    </message>
    <message>
        <source>IMAGERY metadata of the bands</source>
        <translation>IMAGERY-Metadaten der Kanäle</translation>
    </message>
    <message>
        <source>ENVI header</source>
        <translation>ENVI-Header</translation>
    </message>
    <message>
        <source>band names</source>
        <translation>Namen der Kanäle</translation>
    </message>
    <message>
        <source>guessed from the value range</source>
        <translation>aus dem Wertebereich geschätzt</translation>
    </message>
    <message>
        <source>estimated from the band spacing</source>
        <translation>aus dem Abstand der Kanäle geschätzt</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>assumed</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>opening the image</source>
        <translation>Bild wird geöffnet</translation>
    </message>
    <message>
        <source>opening the images</source>
        <translation>Bilder werden geöffnet</translation>
    </message>
    <message>
        <source>aligning the images</source>
        <translation>Bilder werden ausgerichtet</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>Bilder werden verglichen</translation>
    </message>
    <message>
        <source>classifying both dates</source>
        <translation>beide Zeitpunkte werden klassifiziert</translation>
    </message>
    <message>
        <source>learning the scene</source>
        <translation>Szene wird gelernt</translation>
    </message>
    <message>
        <source>spatial cross-validation</source>
        <translation>räumliche Kreuzvalidierung</translation>
    </message>
    <message>
        <source>learning from all labels</source>
        <translation>aus allen Labels wird gelernt</translation>
    </message>
    <message>
        <source>reading labelled pixels</source>
        <translation>gelabelte Pixel werden gelesen</translation>
    </message>
    <message>
        <source>mapping</source>
        <translation>Karte wird berechnet</translation>
    </message>
    <message>
        <source>looking for chips</source>
        <translation>Chips werden gesucht</translation>
    </message>
    <message>
        <source>reading chips</source>
        <translation>Chips werden gelesen</translation>
    </message>
    <message>
        <source>choosing the heads</source>
        <translation>Köpfe werden gewählt</translation>
    </message>
    <message>
        <source>looking for telling places</source>
        <translation>aufschlussreiche Orte werden gesucht</translation>
    </message>
    <message>
        <source>hiding bands</source>
        <translation>Kanäle werden verdeckt</translation>
    </message>
    <message>
        <source>reading the map</source>
        <translation>Karte wird gelesen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>All labels lie outside the scene. Check the coordinate systems of both layers.</source>
        <translation>Alle Labels liegen außerhalb der Szene. Koordinatensysteme beider Layer prüfen.</translation>
    </message>
    <message>
        <source>There is only one class; at least two are needed.</source>
        <translation>Es gibt nur eine Klasse; mindestens zwei sind nötig.</translation>
    </message>
    <message>
        <source>Labels of {} and {} overlap.</source>
        <translation>Labels von {} und {} überlappen sich.</translation>
    </message>
    <message>
        <source>Few pixels: {}. Draw at least {} for each class.</source>
        <translation>Wenige Pixel: {}. Zeichnen Sie mindestens {} je Klasse.</translation>
    </message>
    <message>
        <source>In one place only: {}. Their accuracy cannot be measured; add a second place.</source>
        <translation>Nur an einem Ort: {}. Ihre Genauigkeit lässt sich nicht messen; fügen Sie einen zweiten Ort hinzu.</translation>
    </message>
    <message>
        <source>{} features have no class and are not used.</source>
        <translation>Nicht verwendete Objekte ohne Klasse: {}.</translation>
    </message>
    <message>
        <source>{} labels lie outside the scene and are not used.</source>
        <translation>{} Labels liegen außerhalb der Szene und werden nicht verwendet.</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>Labels importieren</translation>
    </message>
    <message>
        <source>Choose another name, or add that file as a layer.</source>
        <translation>Wählen Sie einen anderen Namen oder fügen Sie diese Datei als Layer hinzu.</translation>
    </message>
    <message>
        <source>Make a new labels layer.</source>
        <translation>Legen Sie einen neuen Label-Layer an.</translation>
    </message>
    <message>
        <source>Use the layer itself as labels instead.</source>
        <translation>Verwenden Sie stattdessen den Layer selbst als Labels.</translation>
    </message>
    <message>
        <source>{} exists already.</source>
        <translation>{} gibt es schon.</translation>
    </message>
    <message>
        <source>The labels layer could not be made: {}</source>
        <translation>Der Label-Layer ließ sich nicht anlegen: {}</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>keine Klasse</translation>
    </message>
    <message>
        <source>The layer {} does not take polygons.</source>
        <translation>Der Layer {} nimmt keine Polygone auf.</translation>
    </message>
    <message>
        <source>{} and {} do not hold the same kind of geometry.</source>
        <translation>{} und {} haben nicht dieselbe Art von Geometrie.</translation>
    </message>
    <message>
        <source>{} has no features with a value in {}.</source>
        <translation>{} hat keine Objekte mit einem Wert in {}.</translation>
    </message>
    <message>
        <source>The region cannot be brought into the CRS of the labels: {}</source>
        <translation>Die Region lässt sich nicht in das KBS der Labels bringen: {}</translation>
    </message>
    <message>
        <source>outside the scene</source>
        <translation>außerhalb der Szene</translation>
    </message>
    <message>
        <source>Add two hyperspectral scenes of one place to begin.</source>
        <translation>Fügen Sie zuerst zwei hyperspektrale Szenen eines Ortes hinzu.</translation>
    </message>
    <message>
        <source>Add the scene of the other date.</source>
        <translation>Fügen Sie die Szene des anderen Datums hinzu.</translation>
    </message>
    <message>
        <source>Both layers show the same file. Choose scenes of two dates.</source>
        <translation>Beide Layer zeigen dieselbe Datei. Wählen Sie Szenen zweier Daten.</translation>
    </message>
    <message>
        <source>The two scenes do not overlap.</source>
        <translation>Die beiden Szenen überlappen sich nicht.</translation>
    </message>
    <message>
        <source>from the file</source>
        <translation>aus der Datei</translation>
    </message>
    <message>
        <source>L1 radiance</source>
        <translation>L1 Strahldichte</translation>
    </message>
    <message>
        <source>L2 reflectance</source>
        <translation>L2 Reflexion</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>Small network (MLP)</source>
        <translation>Kleines Netz (MLP)</translation>
    </message>
    <message>
        <source>UPerNet (many labels)</source>
        <translation>UPerNet (viele Labels)</translation>
    </message>
    <message>
        <source>Look whether the scene's file is still there.</source>
        <translation>Prüfen Sie, ob die Datei der Szene noch da ist.</translation>
    </message>
    <message>
        <source>Band {} could not be read.</source>
        <translation>Kanal {} ließ sich nicht lesen.</translation>
    </message>
    <message>
        <source>What the sensor measured; of a box the mean and the spread</source>
        <translation>Was der Sensor gemessen hat; bei einem Rechteck Mittel und Streuung</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>Gewicht</translation>
    </message>
    <message>
        <source>Share of the embedding's weight that a band gets before its values are seen</source>
        <translation>Anteil am Gewicht der Einbettung, den ein Kanal erhält, bevor seine Werte gesehen werden</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Share of what really reaches the model at this place</source>
        <translation>Anteil dessen, was an diesem Ort wirklich ins Modell gelangt</translation>
    </message>
    <message>
        <source>Content shift</source>
        <translation>Inhaltseinfluss</translation>
    </message>
    <message>
        <source>How much the image content changed the band's weights; 0: not at all</source>
        <translation>Wie sehr der Bildinhalt die Gewichte des Kanals verändert hat; 0: gar nicht</translation>
    </message>
    <message>
        <source>What the class' probability loses when the bands around are replaced by their local mean</source>
        <translation>Was die Wahrscheinlichkeit der Klasse verliert, wenn die Kanäle ringsum durch ihr lokales Mittel ersetzt werden</translation>
    </message>
    <message>
        <source>the weight it is given</source>
        <translation>das Gewicht, das es bekommt</translation>
    </message>
    <message>
        <source>what counts here</source>
        <translation>was hier zählt</translation>
    </message>
    <message>
        <source>what the image changed</source>
        <translation>was das Bild ändert</translation>
    </message>
    <message>
        <source>no access, or no space</source>
        <translation>kein Zugriff oder kein Platz</translation>
    </message>
    <message>
        <source>{} could not be written: {}.</source>
        <translation>{} ließ sich nicht schreiben: {}.</translation>
    </message>
    <message>
        <source>Mean, and the spread over the pixels</source>
        <translation>Mittel und Streuung über die Pixel</translation>
    </message>
    <message>
        <source>same at every place</source>
        <translation>überall gleich</translation>
    </message>
    <message>
        <source>SpecAware: land cover from hyperspectral scenes</source>
        <translation>SpecAware: Landbedeckung aus hyperspektralen Szenen</translation>
    </message>
    <message>
        <source>land cover</source>
        <translation>Landbedeckung</translation>
    </message>
    <message>
        <source>Natural</source>
        <translation>Natürlich</translation>
    </message>
    <message>
        <source>As the eye sees it: 650, 550, 470 nm</source>
        <translation>Wie das Auge es sieht: 650, 550, 470 nm</translation>
    </message>
    <message>
        <source>CIR</source>
        <translation>CIR</translation>
    </message>
    <message>
        <source>Colour infrared, vegetation in red: 860, 650, 550 nm</source>
        <translation>Colorinfrarot, Vegetation rot: 860, 650, 550 nm</translation>
    </message>
    <message>
        <source>SWIR</source>
        <translation>SWIR</translation>
    </message>
    <message>
        <source>Short-wave infrared, soil, moisture and burns: 2200, 860, 650 nm</source>
        <translation>Kurzwelliges Infrarot, Boden, Feuchte und Brandflächen: 2200, 860, 650 nm</translation>
    </message>
    <message>
        <source>The file could not be written: {}.</source>
        <translation>Die Datei ließ sich nicht schreiben: {}.</translation>
    </message>
    <message>
        <source>There is no valid raster layer.</source>
        <translation>Es gibt keinen gültigen Rasterlayer.</translation>
    </message>
    <message>
        <source>Choose a hyperspectral image.</source>
        <translation>Wählen Sie ein hyperspektrales Bild.</translation>
    </message>
    <message>
        <source>Save it as a GeoTIFF first.</source>
        <translation>Speichern Sie ihn zuerst als GeoTIFF.</translation>
    </message>
    <message>
        <source>There is no valid labels layer.</source>
        <translation>Es gibt keinen gültigen Label-Layer.</translation>
    </message>
    <message>
        <source>Choose labelled polygons or points.</source>
        <translation>Wählen Sie gelabelte Polygone oder Punkte.</translation>
    </message>
    <message>
        <source>The layer {} has no selected features.</source>
        <translation>Der Layer {} hat keine ausgewählten Objekte.</translation>
    </message>
    <message>
        <source>The layer {} has no features.</source>
        <translation>Der Layer {} hat keine Objekte.</translation>
    </message>
    <message>
        <source>Draw some labels, or select them.</source>
        <translation>Zeichnen Sie Labels oder wählen Sie sie aus.</translation>
    </message>
    <message>
        <source>Save the labels layer as a GeoPackage.</source>
        <translation>Speichern Sie den Label-Layer als GeoPackage.</translation>
    </message>
    <message>
        <source>The layer {} comes from a service, not from a file.</source>
        <translation>Der Layer {} kommt von einem Dienst, nicht aus einer Datei.</translation>
    </message>
    <message>
        <source>The layer {} has no field {}.</source>
        <translation>Der Layer {} hat kein Feld {}.</translation>
    </message>
    <message>
        <source>Its fields are: {}.</source>
        <translation>Seine Felder sind: {}.</translation>
    </message>
    <message>
        <source>The labels could not be copied: {}</source>
        <translation>Die Labels ließen sich nicht kopieren: {}</translation>
    </message>
    <message>
        <source>There is no data at that place.</source>
        <translation>An diesem Ort gibt es keine Daten.</translation>
    </message>
    <message>
        <source>Click inside the scene.</source>
        <translation>Klicken Sie in die Szene.</translation>
    </message>
    <message>
        <source>Choose .sli or .csv.</source>
        <translation>Wählen Sie .sli oder .csv.</translation>
    </message>
    <message>
        <source>its lines are not of one length</source>
        <translation>ihre Zeilen sind verschieden lang</translation>
    </message>
    <message>
        <source>it has no header</source>
        <translation>ihr fehlt der Header</translation>
    </message>
    <message>
        <source>it is cut off</source>
        <translation>sie ist abgeschnitten</translation>
    </message>
    <message>
        <source>The spectra come from sensors with different bands; a library has one set of bands.</source>
        <translation>Die Spektren stammen von Sensoren mit verschiedenen Kanälen; eine Bibliothek hat einen Satz Kanäle.</translation>
    </message>
    <message>
        <source>Remove those of other scenes, and write one file for each sensor.</source>
        <translation>Entfernen Sie die anderer Szenen und schreiben Sie eine Datei je Sensor.</translation>
    </message>
    <message>
        <source>names, wavelengths and values do not fit together</source>
        <translation>Namen, Wellenlängen und Werte passen nicht zusammen</translation>
    </message>
    <message>
        <source>Libraries are ENVI .sli files with their .hdr, or CSV files with a line a spectrum.</source>
        <translation>Bibliotheken sind ENVI-.sli-Dateien mit ihrer .hdr oder CSV-Dateien mit einer Zeile je Spektrum.</translation>
    </message>
    <message>
        <source>A library cannot be written as {}.</source>
        <translation>Eine Bibliothek lässt sich nicht als {} schreiben.</translation>
    </message>
    <message>
        <source>spectrum {}</source>
        <translation>Spektrum {}</translation>
    </message>
    <message>
        <source>{} is not a spectral library: {}.</source>
        <translation>{} ist keine Spektralbibliothek: {}.</translation>
    </message>
    <message>
        <source>Choose another library.</source>
        <translation>Wählen Sie eine andere Bibliothek.</translation>
    </message>
    <message>
        <source>The library, {:.0f} to {:.0f} nm, shares too few bands with the spectrum.</source>
        <translation>Die Bibliothek, {:.0f} bis {:.0f} nm, teilt zu wenige Kanäle mit dem Spektrum.</translation>
    </message>
    <message>
        <source>Choose a place inside the scene.</source>
        <translation>Wählen Sie einen Ort in der Szene.</translation>
    </message>
    <message>
        <source>The wavelengths of the scene are not known yet.</source>
        <translation>Die Wellenlängen der Szene sind noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Wait a moment, or look at the page Data.</source>
        <translation>Warten Sie einen Moment oder sehen Sie auf der Seite Daten nach.</translation>
    </message>
    <message>
        <source>There is no data at {}.</source>
        <translation>Bei {} gibt es keine Daten.</translation>
    </message>
</context>
</TS>
