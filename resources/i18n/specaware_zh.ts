<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh">
<context>
    <name>SpecAware</name>
    <message>
        <source>Measures how accurate a class map is, and how large its classes really are, with points that took no part in making it.

Overall, user's and producer's accuracy and the areas are estimated with the stratified estimators of Olofsson et al. 2014 and Stehman 2014, each with its standard error. The estimated areas correct the map's mistakes; counting pixels does not.

Reference points that lie on training labels are refused: a map is nearly always right where it was trained.</source>
        <translation>用未参与制图的点评价分类图的精度，并估计各类别的真实面积。

总体精度、用户精度、生产者精度和面积按 Olofsson 等（2014）与 Stehman（2014）的分层估计量计算，并各附标准误差。估计面积已校正分类错误；直接统计像元则没有。

位于训练标签上的参考点会被拒绝：在训练过的地方，分类图几乎总是正确的。</translation>
    </message>
    <message>
        <source>A raster of class numbers, such as Classify land cover writes.</source>
        <translation>类别编号栅格，例如“土地覆盖分类”的输出。</translation>
    </message>
    <message>
        <source>Points with their true class, in any coordinate system. Best are those of Draw reference points; other random points are taken as stratified by the classes of the map.</source>
        <translation>带真实类别的点，坐标系不限。最好使用“抽取参考点”的结果；其他随机点按图中类别分层处理。</translation>
    </message>
    <message>
        <source>The field with the true class: names or numbers as in the map.</source>
        <translation>真实类别字段：与图中一致的名称或编号。</translation>
    </message>
    <message>
        <source>The labels the map was made from; reference points on them are refused.</source>
        <translation>制图所用的标签；其上的参考点会被拒绝。</translation>
    </message>
    <message>
        <source>The field of the training labels that holds the class.</source>
        <translation>训练标签中存放类别的字段。</translation>
    </message>
    <message>
        <source>A page with everything, or JSON if the name ends in .json.</source>
        <translation>包含全部内容的页面；文件名以 .json 结尾时为 JSON。</translation>
    </message>
    <message>
        <source>Assess class map</source>
        <translation>分类图精度评价</translation>
    </message>
    <message>
        <source>Training labels, to refuse points on them</source>
        <translation>训练标签，拒绝其上的参考点</translation>
    </message>
    <message>
        <source>Class field of the training labels</source>
        <translation>训练标签的类别字段</translation>
    </message>
    <message>
        <source>Class map</source>
        <translation>分类图</translation>
    </message>
    <message>
        <source>Reference points</source>
        <translation>参考点</translation>
    </message>
    <message>
        <source>Field with the true class</source>
        <translation>真实类别字段</translation>
    </message>
    <message>
        <source>Overall accuracy</source>
        <translation>总体精度</translation>
    </message>
    <message>
        <source>Its standard error</source>
        <translation>其标准误差</translation>
    </message>
    <message>
        <source>Reference points used</source>
        <translation>使用的参考点</translation>
    </message>
    <message>
        <source>There are no reference points with a class.</source>
        <translation>没有带类别的参考点。</translation>
    </message>
    <message>
        <source>Choose a layer and its class field.</source>
        <translation>请选择图层及其类别字段。</translation>
    </message>
    <message>
        <source>User’s accuracy</source>
        <translation>用户精度</translation>
    </message>
    <message>
        <source>Producer’s accuracy</source>
        <translation>生产者精度</translation>
    </message>
    <message>
        <source>Tells how much SpecAware weighs each band at a point, at the points of a layer, or inside a box. Give one of the three.

SpecAware generates the weights of every band from the band's metadata and from the image: of the whole scene with the default weights, of the place's surroundings with others. &lt;b&gt;Gain&lt;/b&gt; is the share of the embedding's weight a band gets before its values are seen, &lt;b&gt;response&lt;/b&gt; the share of what really reaches the model at this place, &lt;b&gt;content shift&lt;/b&gt; how much the image content changed the band's weights (0: not at all).

With a saved land cover model the table also tells, for each class, how much of its probability is lost when a group of neighbouring bands is replaced by its local mean. This is the independent check on the weights.

The result is a table (CSV) with a row for each place and band: spectrum, spread, gain, response and content shift. Bad bands have no weights. A name that ends in .json gives everything in one document.</source>
        <translation>显示 SpecAware 在一个点、图层的各点或一个矩形内对每个波段的加权程度。三者任选其一。

SpecAware 根据波段元数据和影像生成每个波段的权重：默认权重使用整个场景，其他权重使用该位置的周围。&lt;b&gt;增益&lt;/b&gt;是在读取数值之前该波段在嵌入权重中所占的份额，&lt;b&gt;响应&lt;/b&gt;是在该位置真正进入模型的份额，&lt;b&gt;内容偏移&lt;/b&gt;是影像内容对该波段权重的改变程度（0：无改变）。

使用已保存的土地覆盖模型时，表中还给出将一组相邻波段替换为局部均值后各类别概率的损失。这是对权重的独立检验。

结果为表格（CSV），每个位置和波段一行：光谱、离散度、增益、响应和内容偏移。坏波段没有权重。文件名以 .json 结尾时，全部内容写入一个文档。</translation>
    </message>
    <message>
        <source>A raster with wavelengths. Its bands, sensor and processing level are read from the file.</source>
        <translation>带波长的栅格。波段、传感器和处理级别从文件读取。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a raster without a georeference.</source>
        <translation>像元大小（米），用于没有地理参考的栅格。</translation>
    </message>
    <message>
        <source>A place on the scene. The weights are those of the 64 x 64 pixels around it, the response is that of the patch that holds it.</source>
        <translation>场景中的一个位置。权重取自其周围 64 x 64 像元，响应取自其所在的图块（patch）。</translation>
    </message>
    <message>
        <source>Up to {} points, or the selected ones only. Each gets its own rows in the table.</source>
        <translation>最多 {} 个点，或仅选中的点。每个点在表中有自己的行。</translation>
    </message>
    <message>
        <source>A box on the scene. The weights are means over it; of a large box, parts spread over it are taken.</source>
        <translation>场景中的矩形。权重为其均值；矩形较大时取分散的若干部分。</translation>
    </message>
    <message>
        <source>A model saved by Classify land cover. Then the table has a column for each class.</source>
        <translation>由“土地覆盖分类”保存的模型。此时表中每个类别一列。</translation>
    </message>
    <message>
        <source>SpecAware weights instead of the bundled ones. A saved model needs those it was trained with.</source>
        <translation>代替自带权重的 SpecAware 权重。已保存的模型需要其训练时所用的权重。</translation>
    </message>
    <message>
        <source>auto takes a CUDA graphics card where there is one. The numbers are the same.</source>
        <translation>auto 在有 CUDA 显卡时使用显卡。数值相同。</translation>
    </message>
    <message>
        <source>The table. CSV, or JSON if the name ends in .json.</source>
        <translation>结果表。CSV；文件名以 .json 结尾时为 JSON。</translation>
    </message>
    <message>
        <source>Explain band weights</source>
        <translation>波段权重解释</translation>
    </message>
    <message>
        <source>The layer of points cannot be read.</source>
        <translation>无法读取点图层。</translation>
    </message>
    <message>
        <source>Choose another layer.</source>
        <translation>请选择其他图层。</translation>
    </message>
    <message>
        <source>The layer holds no point.</source>
        <translation>图层中没有点。</translation>
    </message>
    <message>
        <source>Choose another layer, or other features.</source>
        <translation>请选择其他图层或其他要素。</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Or places: points</source>
        <translation>或多个位置：点</translation>
    </message>
    <message>
        <source>Or a box</source>
        <translation>或矩形范围</translation>
    </message>
    <message>
        <source>Saved model, to see what its classes need</source>
        <translation>已保存的模型，用于查看各类别所需波段</translation>
    </message>
    <message>
        <source>Other SpecAware weights</source>
        <translation>其他 SpecAware 权重</translation>
    </message>
    <message>
        <source>Band weights</source>
        <translation>波段权重</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>Choose one: a place, a layer of points, or a box.</source>
        <translation>请选择其一：位置、点图层或矩形。</translation>
    </message>
    <message>
        <source>Select some of them.</source>
        <translation>请只选中其中一些。</translation>
    </message>
    <message>
        <source>Check the coordinate systems of points and image.</source>
        <translation>请检查点和影像的坐标系。</translation>
    </message>
    <message>
        <source>{} kinds of places were chosen.</source>
        <translation>选择了 {} 种位置。</translation>
    </message>
    <message>
        <source>There are more than {} points.</source>
        <translation>点数超过 {} 个。</translation>
    </message>
    <message>
        <source>The points cannot be transformed: {}.</source>
        <translation>无法转换点的坐标：{}。</translation>
    </message>
    <message>
        <source>Set it only if the file does not tell the sensor, or tells a wrong one.</source>
        <translation>仅当文件未注明传感器或注明有误时设置。</translation>
    </message>
    <message>
        <source>Set it only if the file does not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>仅当文件未注明时设置：传感器辐亮度（L1）或地表反射率（L2）。</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for a raster without wavelengths.</source>
        <translation>含 band、wavelength、fwhm、good 列的波段表，用于没有波长的栅格。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a raster without map coordinates.</source>
        <translation>像元大小（米），用于没有地图坐标的栅格。</translation>
    </message>
    <message>
        <source>The graphics card where there is one, else the processor.</source>
        <translation>有显卡时用显卡，否则用处理器。</translation>
    </message>
    <message>
        <source>Hyperspectral scene</source>
        <translation>高光谱场景</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>传感器</translation>
    </message>
    <message>
        <source>Processing level</source>
        <translation>处理级别</translation>
    </message>
    <message>
        <source>Wavelengths of the bands (CSV)</source>
        <translation>波段波长（CSV）</translation>
    </message>
    <message>
        <source>Ground sampling distance (m)</source>
        <translation>地面采样距离（m）</translation>
    </message>
    <message>
        <source>Seed of the random choices</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Compute on</source>
        <translation>计算设备</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Finds what changed between two images of one place.

The images may differ in grid, coordinate system, resolution and sensor: the later one is read on the pixels of the earlier one, the bands both have are compared, and differences of season and light are taken out with the pixels that did not change. The shift between the images is measured; above half a pixel there is a warning.

Band 1 of the result is the change score, larger for more change; band 2 is 1 where the ground changed. Without labels the score is in multiples of the automatic threshold: 1 is where the rule draws the line. With labelled changed and unchanged places it is a probability, and its accuracy comes from places held out.

A model trained for change on a pair (Train a model, with a later image) gives that probability, too.

With a land cover model, or labels of land cover in the earlier image, a second map shows what became what, in hectares; only pixels marked as changed may change their class.

Everything is computed on this machine. Cancelling stops it and leaves no file.</source>
        <translation>检测同一地点两幅影像之间的变化。

两幅影像的格网、坐标系、分辨率和传感器可以不同：后期影像按前期影像的像元读取，比较共有波段，并利用未变化像元消除季节和光照差异。程序会测量影像间的位移；超过半个像元时给出警告。

结果的波段 1 为变化得分，变化越大得分越高；波段 2 在地表变化处为 1。没有标签时，得分以自动阈值的倍数表示：1 即判定界限。有变化/未变化标签时得分为概率，其精度由留出的位置得出。

在影像对上为变化训练的模型（“模型微调”，附后期影像）同样给出该概率。

有土地覆盖模型或前期影像的土地覆盖标签时，第二幅图以公顷显示类别转移；只有标记为变化的像元才可改变类别。

全部计算在本机完成。取消会停止计算且不留下文件。</translation>
    </message>
    <message>
        <source>The earlier image. The result lies on its pixels.</source>
        <translation>前期影像。结果与其像元对齐。</translation>
    </message>
    <message>
        <source>The later image of the same place.</source>
        <translation>同一地点的后期影像。</translation>
    </message>
    <message>
        <source>Look only in this rectangle.</source>
        <translation>仅在此矩形内检测。</translation>
    </message>
    <message>
        <source>Look only inside these polygons; any coordinate system, partly outside does no harm.</source>
        <translation>仅在这些多边形内检测；坐标系不限，部分在外也无妨。</translation>
    </message>
    <message>
        <source>Places known to be changed or unchanged, several of each; the class names must say which is which.</source>
        <translation>已知变化或未变化的位置，每种若干；类别名称须说明是哪一种。</translation>
    </message>
    <message>
        <source>The field that says changed or unchanged.</source>
        <translation>说明变化或未变化的字段。</translation>
    </message>
    <message>
        <source>Scores above it count as changed. Empty: 1, or 0.5 with labels or a model trained for change.</source>
        <translation>得分高于此值视为变化。留空：1；有标签或变化模型时为 0.5。</translation>
    </message>
    <message>
        <source>Trained for change (Train a model, with a later image); or, for the map of transitions, written by Classify land cover (Save the model).</source>
        <translation>为变化训练（“模型微调”，附后期影像）；或用于类别转移图、由“土地覆盖分类”写出（保存模型）。</translation>
    </message>
    <message>
        <source>Labels of land cover in the earlier image, to make such a model now.</source>
        <translation>前期影像的土地覆盖标签，用于现在训练这样的模型。</translation>
    </message>
    <message>
        <source>The field with the land cover class.</source>
        <translation>土地覆盖类别字段。</translation>
    </message>
    <message>
        <source>Move the later image by the shift measured between the two.</source>
        <translation>按测得的位移移动后期影像。</translation>
    </message>
    <message>
        <source>Do without the encoder: takes two thirds of the time, and was about as good on the pairs it was tried on.</source>
        <translation>不使用编码器：用时约三分之二，在试验过的影像对上效果大致相同。</translation>
    </message>
    <message>
        <source>Compare radiance with reflectance all the same.</source>
        <translation>仍然比较辐亮度与反射率。</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file of the earlier image does not say.</source>
        <translation>辐亮度或反射率，仅当前期影像文件未注明时设置。</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file of the later image does not say.</source>
        <translation>辐亮度或反射率，仅当后期影像文件未注明时设置。</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the earlier image has no wavelengths.</source>
        <translation>band,wavelength,fwhm,good 表，仅当前期影像没有波长时使用。</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the later image has no wavelengths.</source>
        <translation>band,wavelength,fwhm,good 表，仅当后期影像没有波长时使用。</translation>
    </message>
    <message>
        <source>The same seed and inputs give the same result.</source>
        <translation>相同的种子和输入给出相同的结果。</translation>
    </message>
    <message>
        <source>Processor or graphics card.</source>
        <translation>处理器或显卡。</translation>
    </message>
    <message>
        <source>A GeoTIFF: band 1 the score, band 2 changed (1) or not (0).</source>
        <translation>GeoTIFF：波段 1 为得分，波段 2 为变化（1）或未变化（0）。</translation>
    </message>
    <message>
        <source>A GeoTIFF of transitions with names and colours; needs a model or labels of land cover.</source>
        <translation>带名称和颜色的类别转移 GeoTIFF；需要模型或土地覆盖标签。</translation>
    </message>
    <message>
        <source>A page with maps and numbers, or JSON if the name ends in .json.</source>
        <translation>带地图和数字的页面；文件名以 .json 结尾时为 JSON。</translation>
    </message>
    <message>
        <source>Detect change</source>
        <translation>变化检测</translation>
    </message>
    <message>
        <source>Changed and unchanged places</source>
        <translation>已变化和未变化的位置</translation>
    </message>
    <message>
        <source>Field with changed or unchanged</source>
        <translation>变化/未变化字段</translation>
    </message>
    <message>
        <source>Or labels of land cover in the earlier image</source>
        <translation>或前期影像的土地覆盖标签</translation>
    </message>
    <message>
        <source>Field with the land cover class</source>
        <translation>土地覆盖类别字段</translation>
    </message>
    <message>
        <source>Earlier image</source>
        <translation>前期影像</translation>
    </message>
    <message>
        <source>Later image</source>
        <translation>后期影像</translation>
    </message>
    <message>
        <source>Part to look at</source>
        <translation>检测范围</translation>
    </message>
    <message>
        <source>Polygons to look inside</source>
        <translation>检测范围多边形</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Model of change or of land cover</source>
        <translation>变化模型或土地覆盖模型</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Transitions</source>
        <translation>类别转移</translation>
    </message>
    <message>
        <source>Share of the pixels that changed</source>
        <translation>变化像元比例</translation>
    </message>
    <message>
        <source>Changed area (ha)</source>
        <translation>变化面积（ha）</translation>
    </message>
    <message>
        <source>Shift between the images (pixels)</source>
        <translation>影像间位移（像元）</translation>
    </message>
    <message>
        <source>Correct the measured shift</source>
        <translation>校正测得的位移</translation>
    </message>
    <message>
        <source>Compare spectra only, without the encoder</source>
        <translation>仅比较光谱，不使用编码器</translation>
    </message>
    <message>
        <source>Compare radiance with reflectance all the same</source>
        <translation>仍然比较辐亮度与反射率</translation>
    </message>
    <message>
        <source>Processing level of the earlier image</source>
        <translation>前期影像的处理级别</translation>
    </message>
    <message>
        <source>Wavelengths of the earlier image (CSV)</source>
        <translation>前期影像的波长（CSV）</translation>
    </message>
    <message>
        <source>Processing level of the later image</source>
        <translation>后期影像的处理级别</translation>
    </message>
    <message>
        <source>Wavelengths of the later image (CSV)</source>
        <translation>后期影像的波长（CSV）</translation>
    </message>
    <message>
        <source>{:.2%} of the pixels changed; threshold {:.3g} ({}).</source>
        <translation>{:.2%} 的像元发生变化；阈值 {:.3g}（{}）。</translation>
    </message>
    <message>
        <source>Makes a land cover map of a hyperspectral scene from a few labelled places.

Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). 5 to 50 pixels a class are enough to begin with; put them in several places, so that the accuracy can be measured. Instead of labels, a model saved by an earlier run can be applied to another scene.

The sensor and the processing level are read from the file; set them only if the file does not say. If a raster has no wavelengths, supply a CSV table under the advanced parameters.

Outputs: the class map with names and colours, the probability of the mapped class (confidence), and a report (a page, or JSON if the name ends in .json). Uncertainty has three bands: the margin between the two most probable classes, the entropy, and how unlike the labelled pixels a pixel is (above 1: unlike all of them). The accuracy in the report comes from a spatial cross-validation inside your labels, and a random forest on the same folds stands beside it. It does not replace independent reference data.

To map many scenes, save the model and run this as a batch process with it.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.</source>
        <translation>利用少量标签为高光谱场景制作土地覆盖图。

标签为带类别字段的多边形或点，或与场景格网一致的栅格（0 = 无标签）。每类 5 到 50 个像元即可开始；请分布在多处，以便评价精度。也可不用标签，将以前保存的模型应用于另一场景。

传感器和处理级别从文件读取；仅当文件未注明时设置。栅格没有波长时，请在高级参数中提供 CSV 表。

输出：带名称和颜色的分类图、所判类别的概率（置信度）和报告（页面；文件名以 .json 结尾时为 JSON）。不确定性有三个波段：最可能的两个类别之间的间隔、熵，以及像元与标签像元的差异程度（大于 1：与全部都不同）。报告中的精度来自标签内部的空间交叉验证，并与相同折上的随机森林并列。它不能代替独立的参考数据。

要对许多场景制图，请保存模型，并用它以批处理方式运行本算法。

全部计算在本机的独立进程中完成。取消会停止计算且不留下文件。</translation>
    </message>
    <message>
        <source>A hyperspectral scene in a file; bands with wavelengths.</source>
        <translation>文件中的高光谱场景；波段带波长。</translation>
    </message>
    <message>
        <source>Places whose class is known, several of each class; any coordinate system.</source>
        <translation>类别已知的位置，每类若干；坐标系不限。</translation>
    </message>
    <message>
        <source>The field that holds the class; found by its name if left empty.</source>
        <translation>存放类别的字段；留空则按名称查找。</translation>
    </message>
    <message>
        <source>Class numbers on the pixels of the scene; 0 is unlabelled.</source>
        <translation>场景像元上的类别编号；0 为无标签。</translation>
    </message>
    <message>
        <source>Saved by an earlier run (Save the model), or trained with Train a model; then no labels are needed.</source>
        <translation>以前保存（保存模型）或由“模型微调”训练；此时不需要标签。</translation>
    </message>
    <message>
        <source>Map only this rectangle. The labels outside it are learned from all the same.</source>
        <translation>仅对此矩形制图。矩形外的标签仍用于学习。</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same map.</source>
        <translation>相同的输入和种子给出相同的图。</translation>
    </message>
    <message>
        <source>places: labelled places as a whole. blocks: blocks with a buffer as wide as labels resemble each other, stricter. areas: one part of the scene after the other, strictest. none: no accuracy, for a first look.</source>
        <translation>places：整体留出标签位置。blocks：带缓冲区的块，缓冲宽度为标签的相似距离，更严格。areas：依次留出场景的一部分，最严格。none：不评价精度，供初步查看。</translation>
    </message>
    <message>
        <source>Budget of the whole engine: large scenes are mapped in blocks that fit.</source>
        <translation>整个引擎的内存限额：大场景按能放入的块制图。</translation>
    </message>
    <message>
        <source>Keep finished blocks beside the map until it is complete. If the run is stopped, a run with the same inputs goes on from there; the outputs must have names of their own, not be temporary.</source>
        <translation>在地图完成之前，将已完成的块保存在其旁。运行中断后，以相同输入再次运行即可从该处继续；输出须有自己的文件名，不能是临时文件。</translation>
    </message>
    <message>
        <source>Learn without the encoder: large scenes take about half of the time. The map was as good on the scenes it was tried on.</source>
        <translation>不使用编码器进行学习：大场景用时约为一半。在试验过的场景上，分类图同样好。</translation>
    </message>
    <message>
        <source>Measures the accuracy several times with other folds; takes that much longer.</source>
        <translation>以其他折多次评价精度；用时相应增加。</translation>
    </message>
    <message>
        <source>A GeoTIFF of class numbers with names and colours.</source>
        <translation>带名称和颜色的类别编号 GeoTIFF。</translation>
    </message>
    <message>
        <source>A GeoTIFF with the probability of the mapped class, 0 to 1.</source>
        <translation>所判类别概率的 GeoTIFF，0 到 1。</translation>
    </message>
    <message>
        <source>A GeoTIFF of three bands: margin between the two best classes, entropy, and how unlike the labelled pixels a pixel is (above 1: unlike all).</source>
        <translation>三波段 GeoTIFF：最优两类之间的间隔、熵，以及像元与标签像元的差异程度（大于 1：与全部都不同）。</translation>
    </message>
    <message>
        <source>A page with maps, accuracy and settings, or JSON if the name ends in .json.</source>
        <translation>带地图、精度和设置的页面；文件名以 .json 结尾时为 JSON。</translation>
    </message>
    <message>
        <source>Keep what was learned, to map other scenes or to find where to label next.</source>
        <translation>保留所学内容，用于其他场景制图或寻找下一步标注位置。</translation>
    </message>
    <message>
        <source>Classify land cover</source>
        <translation>土地覆盖分类</translation>
    </message>
    <message>
        <source>Labels: polygons or points</source>
        <translation>标签：多边形或点</translation>
    </message>
    <message>
        <source>Field with the class</source>
        <translation>类别字段</translation>
    </message>
    <message>
        <source>Or labels: raster (0 = unlabelled)</source>
        <translation>或标签：栅格（0 = 无标签）</translation>
    </message>
    <message>
        <source>Or a saved model</source>
        <translation>或已保存的模型</translation>
    </message>
    <message>
        <source>Part of the scene to map</source>
        <translation>制图范围</translation>
    </message>
    <message>
        <source>To measure accuracy, hold out</source>
        <translation>精度评价的留出方式</translation>
    </message>
    <message>
        <source>Repeat that with other folds</source>
        <translation>以其他折重复</translation>
    </message>
    <message>
        <source>Memory (GB)</source>
        <translation>内存（GB）</translation>
    </message>
    <message>
        <source>Go on where a run was stopped</source>
        <translation>从中断处继续</translation>
    </message>
    <message>
        <source>Look at spectra only, without the encoder</source>
        <translation>只看光谱，不使用编码器</translation>
    </message>
    <message>
        <source>Land cover</source>
        <translation>土地覆盖</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Uncertainty: margin, entropy, novelty</source>
        <translation>不确定性：间隔、熵、新颖度</translation>
    </message>
    <message>
        <source>Save the model</source>
        <translation>保存模型</translation>
    </message>
    <message>
        <source>Macro-F1</source>
        <translation>宏平均 F1</translation>
    </message>
    <message>
        <source>Macro-F1 of a random forest</source>
        <translation>随机森林的宏平均 F1</translation>
    </message>
    <message>
        <source>There are two kinds of labels.</source>
        <translation>给出了两种标签。</translation>
    </message>
    <message>
        <source>Choose either a vector or a raster.</source>
        <translation>请选择矢量或栅格之一。</translation>
    </message>
    <message>
        <source>Done in {:.1f} s on {}.</source>
        <translation>完成，用时 {:.1f} 秒，设备 {}。</translation>
    </message>
    <message>
        <source>random forest</source>
        <translation>随机森林</translation>
    </message>
    <message>
        <source>Macro-F1, spatially cross-validated</source>
        <translation>宏平均 F1，空间交叉验证</translation>
    </message>
    <message>
        <source>Writes a sensor's product as a tiled GeoTIFF that QGIS and other programs read right: every band with its wavelength, width and bad-band flag, values as reflectance 0 to 1 or radiance, missing pixels as nodata, on the map where the product allows it.

QGIS opens PRISMA, EMIT, AVIRIS-3 and NEON files with the wrong axes and without coordinates, and EnMAP and DESIS images without wavelengths and units; this mends them. SpecAware's other algorithms read the products themselves; convert them to see them on the map, to draw labels on them, or for other programs.

Choose the file the product comes in: PRISMA .he5; EMIT, AVIRIS-3 .nc; NEON .h5; the METADATA.XML or the image of EnMAP and DESIS; the MTL text or any band of Hyperion; MTD_MSIL1C.xml or MTD_MSIL2A.xml inside the .SAFE folder of Sentinel-2; the image or header of ENVI files.</source>
        <translation>将传感器产品写为 QGIS 及其他程序能正确读取的分块 GeoTIFF：每个波段带波长、波宽和坏波段标记，数值为 0 到 1 的反射率或辐亮度，缺失像元为 nodata，并在产品允许时带地图坐标。

QGIS 打开 PRISMA、EMIT、AVIRIS-3 和 NEON 文件时坐标轴错误且没有坐标，打开 EnMAP 和 DESIS 影像时没有波长和单位；本工具予以修正。SpecAware 的其他算法可直接读取这些产品；转换是为了在地图上查看、在其上绘制标签或供其他程序使用。

请选择产品的文件：PRISMA .he5；EMIT、AVIRIS-3 .nc；NEON .h5；EnMAP 和 DESIS 的 METADATA.XML 或影像；Hyperion 的 MTL 文本或任一波段；Sentinel-2 .SAFE 文件夹中的 MTD_MSIL1C.xml 或 MTD_MSIL2A.xml；ENVI 的影像或头文件。</translation>
    </message>
    <message>
        <source>The product's file; see the list on the right.</source>
        <translation>产品文件；见右侧列表。</translation>
    </message>
    <message>
        <source>Set it only if the product does not tell the sensor, or tells a wrong one.</source>
        <translation>仅当产品未注明传感器或注明有误时设置。</translation>
    </message>
    <message>
        <source>Set it only if the product does not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>仅当产品未注明时设置：传感器辐亮度（L1）或地表反射率（L2）。</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for a file without wavelengths.</source>
        <translation>含 band、wavelength、fwhm、good 列的波段表，用于没有波长的文件。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for a file without map coordinates.</source>
        <translation>像元大小（米），用于没有地图坐标的文件。</translation>
    </message>
    <message>
        <source>float32 keeps every value. int16 rounds reflectance to 0.0001 and needs half the space; the scale is stored with each band.</source>
        <translation>float32 保留每个数值。int16 将反射率舍入到 0.0001，占用一半空间；比例因子随每个波段保存。</translation>
    </message>
    <message>
        <source>The GeoTIFF. It opens in true colour where the bands allow it.</source>
        <translation>GeoTIFF。波段允许时以真彩色打开。</translation>
    </message>
    <message>
        <source>Values as they are (float32)</source>
        <translation>原始数值（float32）</translation>
    </message>
    <message>
        <source>Reflectance x 10,000 (int16, half the size)</source>
        <translation>反射率 x 10,000（int16，一半大小）</translation>
    </message>
    <message>
        <source>Convert sensor product to GeoTIFF</source>
        <translation>传感器产品转换为 GeoTIFF</translation>
    </message>
    <message>
        <source>Sensor product</source>
        <translation>传感器产品</translation>
    </message>
    <message>
        <source>Store values as</source>
        <translation>数值存储为</translation>
    </message>
    <message>
        <source>Converted image</source>
        <translation>转换后的影像</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列数</translation>
    </message>
    <message>
        <source>Bands</source>
        <translation>波段</translation>
    </message>
    <message>
        <source>Usable bands</source>
        <translation>可用波段</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>产品</translation>
    </message>
    <message>
        <source>{}: {} x {} pixels, {} bands.</source>
        <translation>{}：{} x {} 像元，{} 个波段。</translation>
    </message>
    <message>
        <source>Tells what SpecAware sees in an image: size, bands, wavelengths and widths, bad bands, sensor, processing level, range of values, and where each of these came from.

Use it first when a scene is new: if a wavelength, a sensor or a level is missing or wrong, give the right one here and in Classify land cover. Only a small sample of the pixels is read.</source>
        <translation>显示 SpecAware 在影像中识别的内容：大小、波段、波长和波宽、坏波段、传感器、处理级别、数值范围，以及各项的来源。

场景是新的时请先使用：若波长、传感器或级别缺失或有误，请在此处和“土地覆盖分类”中给出正确值。只读取少量像元样本。</translation>
    </message>
    <message>
        <source>A page that QGIS shows among the results.</source>
        <translation>QGIS 在结果中显示的页面。</translation>
    </message>
    <message>
        <source>Every band with its wavelength, width and flag, for other programs.</source>
        <translation>每个波段及其波长、宽度和标记，供其他程序使用。</translation>
    </message>
    <message>
        <source>Inspect hyperspectral scene</source>
        <translation>查看高光谱场景</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Ground sampling distance</source>
        <translation>地面采样距离</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>usable</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>波段</translation>
    </message>
    <message>
        <source>Wavelength (nm)</source>
        <translation>波长（nm）</translation>
    </message>
    <message>
        <source>FWHM (nm)</source>
        <translation>FWHM（nm）</translation>
    </message>
    <message>
        <source>Not used because</source>
        <translation>未使用原因</translation>
    </message>
    <message>
        <source>{} cannot be written: {}. — Choose another folder.</source>
        <translation>无法写出 {}：{}。— 请选择其他文件夹。</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>坏</translation>
    </message>
    <message>
        <source>Turns a scene or a spectral library into the bands of another sensor, as if that sensor had looked at the same place: to compare two sensors, to use library spectra with an image, or to see what a multispectral sensor would have kept.

Each new band is a weighted mean of the bands it overlaps. The weights follow the sensor's response: a bell curve of its width, or your own measured curves from a table. The width of the old bands is taken off, so nothing is smoothed twice. Where the new sensor is finer than the old one, values are interpolated; no detail is invented.

Bands that the source does not cover stay empty and are flagged bad; the log counts them. The spatial resolution does not change.</source>
        <translation>将场景或光谱库转换为另一传感器的波段，如同该传感器观测了同一地点：用于比较两个传感器、将光谱库用于影像，或查看多光谱传感器能保留什么。

每个新波段是其覆盖的波段的加权平均。权重按传感器的光谱响应：相应波宽的高斯曲线，或表中您自己的实测曲线。原波段的波宽会被扣除，避免重复平滑。新传感器比原传感器更精细时进行插值；不会凭空产生细节。

源数据未覆盖的波段为空并标为坏波段；日志给出其数量。空间分辨率不变。</translation>
    </message>
    <message>
        <source>An image, a product's file as in Convert sensor product, or a spectral library: .sli, .csv with a line a spectrum, or .gpkg with profiles as QGIS and the EnMAP-Box store them.</source>
        <translation>影像、与“传感器产品转换为 GeoTIFF”相同的产品文件，或光谱库：.sli、每行一条光谱的 .csv，或 QGIS 和 EnMAP-Box 存储的带剖面的 .gpkg。</translation>
    </message>
    <message>
        <source>The sensor whose bands are wanted. Its bands are taken as bell curves of the width on record.</source>
        <translation>目标传感器。其波段按已知波宽的高斯曲线处理。</translation>
    </message>
    <message>
        <source>Instead of a sensor: a CSV table with the wavelength in the first column, the response of a band in each further column, and a header line.</source>
        <translation>代替传感器：CSV 表，首列为波长，其余各列为各波段的响应，并有标题行。</translation>
    </message>
    <message>
        <source>Sensor of the input; set it only if the file does not tell, or tells a wrong one.</source>
        <translation>输入的传感器；仅当文件未注明或注明有误时设置。</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for an image without wavelengths.</source>
        <translation>含 band、wavelength、fwhm、good 列的波段表，用于没有波长的影像。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for an image without map coordinates.</source>
        <translation>像元大小（米），用于没有地图坐标的影像。</translation>
    </message>
    <message>
        <source>The resampled image, for an image.</source>
        <translation>重采样影像（输入为影像时）。</translation>
    </message>
    <message>
        <source>The resampled spectra, for a spectral library: .gpkg, .sli or .csv.</source>
        <translation>重采样光谱（输入为光谱库时）：.gpkg、.sli 或 .csv。</translation>
    </message>
    <message>
        <source>Resample to another sensor's bands</source>
        <translation>重采样到其他传感器的波段</translation>
    </message>
    <message>
        <source>Image or spectral library</source>
        <translation>影像或光谱库</translation>
    </message>
    <message>
        <source>Resample to the bands of</source>
        <translation>重采样到以下传感器的波段</translation>
    </message>
    <message>
        <source>Or to bands with these responses (CSV)</source>
        <translation>或重采样到具有这些光谱响应的波段（CSV）</translation>
    </message>
    <message>
        <source>Resampled image, for an image</source>
        <translation>重采样影像（输入为影像时）</translation>
    </message>
    <message>
        <source>Resampled library, for a library</source>
        <translation>重采样光谱库（输入为光谱库时）</translation>
    </message>
    <message>
        <source>Sensor of the input</source>
        <translation>输入数据的传感器</translation>
    </message>
    <message>
        <source>Processing level of the input</source>
        <translation>输入数据的处理级别</translation>
    </message>
    <message>
        <source>There is no output.</source>
        <translation>没有指定输出。</translation>
    </message>
    <message>
        <source>Name a resampled image, or a resampled library.</source>
        <translation>请指定重采样影像或重采样光谱库。</translation>
    </message>
    <message>
        <source>{} bands, {} of them covered by the source.</source>
        <translation>{} 个波段，其中 {} 个被源数据覆盖。</translation>
    </message>
    <message>
        <source>Draws a stratified random sample of points from a class map, so that its accuracy can be measured (Olofsson et al. 2014).

Fill in the field 'class' of every point from images or in the field, with the class names of the map and without looking at the map. Leave the fields 'stratum' and 'stratum_pixels' as they are. Then run Assess class map.

The number of points follows from the standard error you want, or you give it.</source>
        <translation>从分类图中抽取分层随机样点，以便评价其精度（Olofsson 等，2014）。

请依据影像或实地调查、使用图中的类别名称、且不看分类图，填写每个点的 'class' 字段。'stratum' 和 'stratum_pixels' 字段保持不变。然后运行“分类图精度评价”。

点数由期望的标准误差得出，也可直接给定。</translation>
    </message>
    <message>
        <source>0 computes it from the wanted standard error and the expected accuracy.</source>
        <translation>0 表示由期望标准误差和预期精度计算。</translation>
    </message>
    <message>
        <source>0.02 gives an interval of about plus or minus 4 percent for overall accuracy.</source>
        <translation>0.02 对应总体精度约正负 4 个百分点的区间。</translation>
    </message>
    <message>
        <source>Your guess of how often the map is right.</source>
        <translation>您对分类图正确率的估计。</translation>
    </message>
    <message>
        <source>Proportional follows the area, equal gives every class the same, compromise gives rare classes the number below and divides the rest by area.</source>
        <translation>比例（proportional）按面积分配，均等（equal）各类相同，折中（compromise）给稀有类别下面的点数，其余按面积分配。</translation>
    </message>
    <message>
        <source>The labels the map was made from: nothing is drawn there, since points that were trained on say nothing about the rest of the map.</source>
        <translation>制图所用的标签：其上不抽点，因为训练过的点不能说明图的其余部分。</translation>
    </message>
    <message>
        <source>How many points the compromise gives a rare class.</source>
        <translation>折中方式给稀有类别的点数。</translation>
    </message>
    <message>
        <source>The same seed and map give the same points.</source>
        <translation>相同的种子和图给出相同的点。</translation>
    </message>
    <message>
        <source>A GeoPackage of points with an empty field 'class'.</source>
        <translation>带空字段 'class' 的点 GeoPackage。</translation>
    </message>
    <message>
        <source>Draw reference points</source>
        <translation>抽取参考点</translation>
    </message>
    <message>
        <source>Training labels, where nothing is drawn</source>
        <translation>训练标签，其上不抽点</translation>
    </message>
    <message>
        <source>Number of points (0: from the wanted standard error)</source>
        <translation>点数（0：由期望标准误差计算）</translation>
    </message>
    <message>
        <source>Wanted standard error of overall accuracy</source>
        <translation>总体精度的期望标准误差</translation>
    </message>
    <message>
        <source>Expected accuracy</source>
        <translation>预期精度</translation>
    </message>
    <message>
        <source>Allocation to the classes</source>
        <translation>类别间分配</translation>
    </message>
    <message>
        <source>Points of rare classes</source>
        <translation>稀有类别的点数</translation>
    </message>
    <message>
        <source>Points drawn</source>
        <translation>已抽取的点</translation>
    </message>
    <message>
        <source>Choose a GeoPackage (.gpkg).</source>
        <translation>请选择 GeoPackage（.gpkg）。</translation>
    </message>
    <message>
        <source>The points cannot be written to {}.</source>
        <translation>无法将点写入 {}。</translation>
    </message>
    <message>
        <source>Gives whole image chips, or the cells of a grid over a scene, a class: residential, forest, river ... The classes are learned from a few labelled examples; five a class are enough to begin with.

Either choose a scene and draw polygons or points with a class on it: the scene is cut into a regular grid, and every cell gets a class, its probability and the second guess. With a layer of units, such as fields or parcels, every unit gets one class instead.

Or choose a folder with one folder of chips per class (or a CSV with the columns path and label) to learn from, and a folder or a CSV with the column path to classify. Chips need not have wavelengths: Sentinel-2 is recognised by its bands.

The share of right answers that is told comes from labelled chips that were held out, with a 95 % interval; a plain logistic regression stands beside it.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no file.</source>
        <translation>为整个影像切片或场景上的格网单元给出类别：居民区、森林、河流……类别由少量带标签的样例学习；每类五个即可开始。

可选择一个场景并在其上绘制带类别的多边形或点：场景被划分为规则格网，每个单元得到类别、概率和次选类别。若给出对象图层（例如田块或地块），则每个对象得到一个类别。

也可选择每类一个切片子文件夹的文件夹（或含 path 和 label 列的 CSV）用于学习，并选择一个文件夹或含 path 列的 CSV 进行分类。切片不必带波长：Sentinel-2 可由其波段识别。

所给的正确率来自留出的带标签切片，并附 95 % 区间；同时列出普通逻辑回归的结果。

全部计算在本机的独立进程中完成。取消会停止计算且不留下文件。</translation>
    </message>
    <message>
        <source>A scene to cut into a grid. Leave it empty if you classify a folder or a table of chips.</source>
        <translation>要划分格网的场景。对切片文件夹或表进行分类时留空。</translation>
    </message>
    <message>
        <source>Polygons or points over the scene, each with a class.</source>
        <translation>场景上的多边形或点，各带一个类别。</translation>
    </message>
    <message>
        <source>Polygons over the scene that get one class each, such as fields or parcels, instead of the cells of a grid. Only what lies inside a polygon is looked at, in the examples, too; these must be polygons.</source>
        <translation>场景上各得一个类别的多边形，例如田块或地块，用以代替格网单元。只考虑多边形内部，样例亦然；样例必须是多边形。</translation>
    </message>
    <message>
        <source>Side of a cell of the grid, and of the examples cut out around polygons and points, in pixels.</source>
        <translation>格网单元以及围绕多边形和点裁出的样例的边长，单位为像元。</translation>
    </message>
    <message>
        <source>Instead of polygons: a folder with one folder of chips per class.</source>
        <translation>代替多边形：每类一个切片子文件夹的文件夹。</translation>
    </message>
    <message>
        <source>Instead of polygons: a CSV with the columns path and label.</source>
        <translation>代替多边形：含 path 和 label 列的 CSV。</translation>
    </message>
    <message>
        <source>Instead of a scene: a folder of chips to classify.</source>
        <translation>代替场景：要分类的切片文件夹。</translation>
    </message>
    <message>
        <source>Instead of a scene: a CSV with the column path.</source>
        <translation>代替场景：含 path 列的 CSV。</translation>
    </message>
    <message>
        <source>Set it only if the files do not tell the sensor, or tell a wrong one.</source>
        <translation>仅当文件未注明传感器或注明有误时设置。</translation>
    </message>
    <message>
        <source>Set it only if the files do not tell: at-sensor radiance (L1) or surface reflectance (L2).</source>
        <translation>仅当文件未注明时设置：传感器辐亮度（L1）或地表反射率（L2）。</translation>
    </message>
    <message>
        <source>Band table with the columns band, wavelength, fwhm and good, for files without wavelengths.</source>
        <translation>含 band、wavelength、fwhm、good 列的波段表，用于没有波长的文件。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, for files without map coordinates.</source>
        <translation>像元大小（米），用于没有地图坐标的文件。</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same result.</source>
        <translation>相同的输入和种子给出相同的结果。</translation>
    </message>
    <message>
        <source>A layer of outlines (.gpkg, .geojson) or a table (.csv) with class, probability and second guess.</source>
        <translation>轮廓图层（.gpkg、.geojson）或表（.csv），含类别、概率和次选类别。</translation>
    </message>
    <message>
        <source>A page with maps, held-out scores and settings, or JSON if the name ends in .json.</source>
        <translation>带地图、留出精度和设置的页面；文件名以 .json 结尾时为 JSON。</translation>
    </message>
    <message>
        <source>Classify scenes</source>
        <translation>场景分类</translation>
    </message>
    <message>
        <source>Examples: polygons or points on the scene</source>
        <translation>样例：场景上的多边形或点</translation>
    </message>
    <message>
        <source>Scenes</source>
        <translation>场景分类</translation>
    </message>
    <message>
        <source>Scene to cut into a grid</source>
        <translation>要划分格网的场景</translation>
    </message>
    <message>
        <source>Units to classify instead of a grid</source>
        <translation>代替格网进行分类的对象</translation>
    </message>
    <message>
        <source>Side of a cell (pixels)</source>
        <translation>单元边长（像元）</translation>
    </message>
    <message>
        <source>Or examples: folder with one folder per class</source>
        <translation>或样例：每类一个子文件夹的文件夹</translation>
    </message>
    <message>
        <source>Or classify: folder of chips</source>
        <translation>或分类：切片文件夹</translation>
    </message>
    <message>
        <source>Or examples: table with path and label</source>
        <translation>或样例：含 path 和 label 的表</translation>
    </message>
    <message>
        <source>Or classify: table with path</source>
        <translation>或分类：含 path 的表</translation>
    </message>
    <message>
        <source>Chips or units classified</source>
        <translation>已分类的切片或对象</translation>
    </message>
    <message>
        <source>Share of held-out examples that were right</source>
        <translation>留出样例的正确率</translation>
    </message>
    <message>
        <source>The same of a logistic regression</source>
        <translation>逻辑回归的正确率</translation>
    </message>
    <message>
        <source>Choose a scene with polygons or points on it, or two folders or tables of chips.</source>
        <translation>请选择带有多边形或点的场景，或两个影像切片文件夹或表格。</translation>
    </message>
    <message>
        <source>There are {} sources of examples and {} things to classify; there must be one of each.</source>
        <translation>有 {} 个样例来源和 {} 个待分类对象；两者必须各有一个。</translation>
    </message>
    <message>
        <source>Held-out examples right: {:.2f}{}; logistic regression: {:.2f}.</source>
        <translation>留出样例正确率：{:.2f}{}；逻辑回归：{:.2f}。</translation>
    </message>
    <message>
        <source>Names places whose labels would improve a land cover map most: places the map is unsure of, unlike what was labelled so far, and spread over the kinds of doubt and over the scene.

The points come in order of priority. 'guess' is what the model takes the place for, 'margin' how sure it is (0: not at all), 'novelty' how unlike the labelled pixels it is (above 1: unlike all of them). Look at each place, fill in 'class', add the points to your labels and classify again.</source>
        <translation>给出标注后最能改进土地覆盖图的位置：分类不确定、与已标注内容不同、并分散于各种疑问类型和整个场景的位置。

点按优先级排列。'guess' 是模型判定的类别，'margin' 是其确定程度（0：完全不确定），'novelty' 是与标签像元的差异程度（大于 1：与全部都不同）。请查看每个位置，填写 'class'，将这些点加入标签并重新分类。</translation>
    </message>
    <message>
        <source>The scene that was mapped, or another one of the same sensor.</source>
        <translation>已制图的场景，或同一传感器的另一场景。</translation>
    </message>
    <message>
        <source>Only if the file does not say which sensor took the image.</source>
        <translation>仅当文件未注明影像的传感器时设置。</translation>
    </message>
    <message>
        <source>Radiance or reflectance, only if the file does not say.</source>
        <translation>辐亮度或反射率，仅当文件未注明时设置。</translation>
    </message>
    <message>
        <source>A table band,wavelength,fwhm,good, only if the file has no wavelengths.</source>
        <translation>band,wavelength,fwhm,good 表，仅当文件没有波长时使用。</translation>
    </message>
    <message>
        <source>Size of a pixel in metres, only if the file does not say.</source>
        <translation>像元大小（米），仅当文件未注明时设置。</translation>
    </message>
    <message>
        <source>Written by Classify land cover (Save the model).</source>
        <translation>由“土地覆盖分类”写出（保存模型）。</translation>
    </message>
    <message>
        <source>30 places are a good round.</source>
        <translation>每轮 30 个位置较合适。</translation>
    </message>
    <message>
        <source>Look only in this part of the scene.</source>
        <translation>仅在场景的此部分查找。</translation>
    </message>
    <message>
        <source>Between two places; 0 chooses it by the size of the scene.</source>
        <translation>两个位置之间；0 表示按场景大小选取。</translation>
    </message>
    <message>
        <source>The same seed and inputs give the same points.</source>
        <translation>相同的种子和输入给出相同的点。</translation>
    </message>
    <message>
        <source>Suggest where to label next</source>
        <translation>推荐下一步标注位置</translation>
    </message>
    <message>
        <source>Saved model</source>
        <translation>已保存的模型</translation>
    </message>
    <message>
        <source>Number of places</source>
        <translation>位置数量</translation>
    </message>
    <message>
        <source>Part of the scene</source>
        <translation>场景的一部分</translation>
    </message>
    <message>
        <source>Least distance in pixels (0: by the size of the scene)</source>
        <translation>最小间距（像元；0：按场景大小）</translation>
    </message>
    <message>
        <source>Places to label</source>
        <translation>待标注位置</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>找到的位置</translation>
    </message>
    <message>
        <source>Mean margin {:.2f} at these places, {:.2f} in the scene.</source>
        <translation>这些位置的平均间隔 {:.2f}，整个场景 {:.2f}。</translation>
    </message>
    <message>
        <source>Fine-tunes the foundation model on your labels and saves it as one file, which Classify land cover applies to other scenes, also of other sensors.

Labels are polygons or points with a class field, or a raster on the scene's grid (0 = unlabelled). With a second, later scene the model learns to tell changed from unchanged places; the labels then have these two classes.

For a map of one scene from a handful of labels, Classify land cover alone is faster and usually better; fine-tuning pays with many labels, or where one model is to serve many scenes.

A part of the labelled places is held out. Training stops when the score there no longer rises, and the best epoch is kept. A random forest on the same pixels stands beside the score. With a folder for checkpoints an interrupted run goes on where it stopped.

Everything is computed on this machine, in a process of its own. Cancelling stops it and leaves no model.</source>
        <translation>用您的标签微调基础模型并保存为一个文件，“土地覆盖分类”可将其应用于其他场景，包括其他传感器。

标签为带类别字段的多边形或点，或与场景格网一致的栅格（0 = 无标签）。给出第二个后期场景时，模型学习区分变化与未变化的位置；此时标签为这两个类别。

只用少量标签为一个场景制图时，单独使用“土地覆盖分类”更快且通常更好；标签较多或一个模型要用于许多场景时，微调才值得。

部分标签位置会被留出。其得分不再上升时训练停止，并保留最佳轮次。得分旁列出相同像元上的随机森林。设置检查点文件夹后，中断的运行可从中断处继续。

全部计算在本机的独立进程中完成。取消会停止计算且不留下模型。</translation>
    </message>
    <message>
        <source>The scene the labels lie on; for change the earlier one.</source>
        <translation>标签所在的场景；学习变化时为前期场景。</translation>
    </message>
    <message>
        <source>The later scene, to learn change. It may lie on another grid.</source>
        <translation>用于学习变化的后期场景。格网可以不同。</translation>
    </message>
    <message>
        <source>Polygons or points, each with a class.</source>
        <translation>多边形或点，各带一个类别。</translation>
    </message>
    <message>
        <source>Class numbers on the scene's grid, 0 where unlabelled.</source>
        <translation>场景格网上的类别编号，无标签处为 0。</translation>
    </message>
    <message>
        <source>What turns the encoder's features into classes.</source>
        <translation>将编码器特征转换为类别的部分。</translation>
    </message>
    <message>
        <source>How much of the model learns. The more learns, the more labels and time are needed.</source>
        <translation>模型中参与学习的部分。学习的部分越多，所需标签和时间越多。</translation>
    </message>
    <message>
        <source>At most; training stops earlier when the score no longer rises.</source>
        <translation>上限；得分不再上升时训练提前结束。</translation>
    </message>
    <message>
        <source>Epochs without a better score before training stops.</source>
        <translation>得分未改善多少轮后停止训练。</translation>
    </message>
    <message>
        <source>Learning rate of the head; the encoder learns at a tenth of it and less.</source>
        <translation>分类头的学习率；编码器以其十分之一或更低学习。</translation>
    </message>
    <message>
        <source>Factor on the learning rate from one block of the encoder to the one before it.</source>
        <translation>编码器中从一块到前一块的学习率系数。</translation>
    </message>
    <message>
        <source>Chance of skipping the last block while training; against learning by heart.</source>
        <translation>训练时跳过最后一块的概率；防止过拟合。</translation>
    </message>
    <message>
        <source>Let pixels of rare classes count more.</source>
        <translation>让稀有类别的像元占更大权重。</translation>
    </message>
    <message>
        <source>Folder for a checkpoint after every epoch. A run of the same data and settings goes on from it.</source>
        <translation>每轮之后保存检查点的文件夹。相同数据和设置的运行由此继续。</translation>
    </message>
    <message>
        <source>The same inputs and the same seed give the same model.</source>
        <translation>相同的输入和种子给出相同的模型。</translation>
    </message>
    <message>
        <source>The model: one file with its card (classes, sensor, bands, scores).</source>
        <translation>模型：一个文件，附说明卡（类别、传感器、波段、得分）。</translation>
    </message>
    <message>
        <source>Loss and held-out score of every epoch, written after each: a table (.csv) or a picture (.png; red the loss from 0 to its largest, blue the held-out macro-F1 from 0 to 1).</source>
        <translation>每轮的损失和留出得分，每轮后写出：表（.csv）或图（.png；红色为损失，0 到最大值；蓝色为留出的宏平均 F1，0 到 1）。</translation>
    </message>
    <message>
        <source>A page with curves, held-out scores and settings, or JSON if the name ends in .json.</source>
        <translation>包含曲线、保留样本得分和设置的页面；若文件名以 .json 结尾则为 JSON。</translation>
    </message>
    <message>
        <source>Only the head (fast)</source>
        <translation>仅分类头（快）</translation>
    </message>
    <message>
        <source>Head and last block of the encoder</source>
        <translation>分类头和编码器最后一块</translation>
    </message>
    <message>
        <source>Everything (slow, many labels)</source>
        <translation>全部（慢，需较多标签）</translation>
    </message>
    <message>
        <source>Fine-tune the model</source>
        <translation>模型微调</translation>
    </message>
    <message>
        <source>Later scene (to learn change)</source>
        <translation>后期场景（用于学习变化）</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>分类头</translation>
    </message>
    <message>
        <source>What learns</source>
        <translation>学习范围</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Training curves</source>
        <translation>训练曲线</translation>
    </message>
    <message>
        <source>Epoch kept</source>
        <translation>保留的轮次</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>训练轮数</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>耐心轮数</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Layer decay</source>
        <translation>逐层衰减</translation>
    </message>
    <message>
        <source>Drop path</source>
        <translation>随机深度（drop path）</translation>
    </message>
    <message>
        <source>Weigh rare classes more</source>
        <translation>提高稀有类别权重</translation>
    </message>
    <message>
        <source>Folder for checkpoints</source>
        <translation>检查点文件夹</translation>
    </message>
    <message>
        <source>There must be one kind of labels.</source>
        <translation>须给出一种标签。</translation>
    </message>
    <message>
        <source>Macro-F1 of held-out places: {:.3f} (random forest: {:.3f}), epoch {} of {}.</source>
        <translation>留出位置的宏平均 F1：{:.3f}（随机森林：{:.3f}），第 {} 轮，共 {} 轮。</translation>
    </message>
    <message>
        <source>Look whether the disk is full.</source>
        <translation>请检查磁盘是否已满。</translation>
    </message>
    <message>
        <source>Delete it, or draw it again near the scene.</source>
        <translation>请删除它，或在场景附近重新绘制。</translation>
    </message>
    <message>
        <source>The drawn areas could not be written: {}</source>
        <translation>无法写出绘制的区域：{}</translation>
    </message>
    <message>
        <source>The layer {} has no {}polygons.</source>
        <translation>图层 {} 没有{}多边形。</translation>
    </message>
    <message>
        <source>selected </source>
        <translation>选中的</translation>
    </message>
    <message>
        <source>Area {} lies where the scene's coordinate system does not reach.</source>
        <translation>区域 {} 超出场景坐标系的有效范围。</translation>
    </message>
    <message>
        <source>Change score</source>
        <translation>变化得分</translation>
    </message>
    <message>
        <source>From-to</source>
        <translation>类别转移</translation>
    </message>
    <message>
        <source>Run the job again; the engine restarts by itself.</source>
        <translation>请重新运行；引擎会自动重启。</translation>
    </message>
    <message>
        <source>Try again; if it stays so, check the engine's Python in the SpecAware panel.</source>
        <translation>请重试；若仍然如此，请在 SpecAware 面板中检查引擎的 Python。</translation>
    </message>
    <message>
        <source>Install plugin and engine of the same version.</source>
        <translation>请安装版本相同的插件和引擎。</translation>
    </message>
    <message>
        <source>The engine ended before the job was done: {}.</source>
        <translation>引擎在任务完成前退出：{}。</translation>
    </message>
    <message>
        <source>The engine is running another job.</source>
        <translation>引擎正在运行另一项任务。</translation>
    </message>
    <message>
        <source>Wait for it to end, or cancel it.</source>
        <translation>请等待其结束或将其取消。</translation>
    </message>
    <message>
        <source>it closed its output</source>
        <translation>它关闭了输出</translation>
    </message>
    <message>
        <source>it was killed (exit code -9), perhaps for lack of memory</source>
        <translation>它被终止（退出代码 -9），可能是内存不足</translation>
    </message>
    <message>
        <source>exit code {}</source>
        <translation>退出代码 {}</translation>
    </message>
    <message>
        <source>The engine did not answer within {:g} s.</source>
        <translation>引擎在 {:g} 秒内没有响应。</translation>
    </message>
    <message>
        <source>The engine sent a line that is not a message: {!r}.</source>
        <translation>引擎发送了一行不是消息的内容：{!r}。</translation>
    </message>
    <message>
        <source>It said: {}</source>
        <translation>它的输出：{}</translation>
    </message>
    <message>
        <source>The engine speaks protocol {}, this plugin protocol {}.</source>
        <translation>引擎使用协议 {}，本插件使用协议 {}。</translation>
    </message>
    <message>
        <source>SpecAware's engine is not installed: no Python environment for it was found.</source>
        <translation>SpecAware 引擎尚未安装：未找到其 Python 环境。</translation>
    </message>
    <message>
        <source>Install it on the page Engine of the SpecAware panel, or choose an existing Python there.</source>
        <translation>请在 SpecAware 面板的“引擎”页安装，或在那里选择已有的 Python。</translation>
    </message>
    <message>
        <source>Choose another Python in the SpecAware panel, or install the engine's packages into it.</source>
        <translation>请在 SpecAware 面板中选择另一个 Python，或将引擎所需的软件包安装到其中。</translation>
    </message>
    <message>
        <source>Install the plugin again.</source>
        <translation>请重新安装插件。</translation>
    </message>
    <message>
        <source>no output</source>
        <translation>无输出</translation>
    </message>
    <message>
        <source>Choose another in the SpecAware panel.</source>
        <translation>请在 SpecAware 面板中另选一个。</translation>
    </message>
    <message>
        <source>Choose another Python in the SpecAware panel.</source>
        <translation>请在 SpecAware 面板中选择另一个 Python。</translation>
    </message>
    <message>
        <source>{} cannot run the engine: {}</source>
        <translation>{} 无法运行引擎：{}</translation>
    </message>
    <message>
        <source>The folder engine is missing in {}.</source>
        <translation>{} 中缺少 engine 文件夹。</translation>
    </message>
    <message>
        <source>By hand, with Python 3.11: {}</source>
        <translation>手动安装（Python 3.11）：{}</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>请重试。</translation>
    </message>
    <message>
        <source>The engine's Python {} does not exist or cannot be run.</source>
        <translation>引擎的 Python {} 不存在或无法运行。</translation>
    </message>
    <message>
        <source>{} cannot be started: {}.</source>
        <translation>无法启动 {}：{}。</translation>
    </message>
    <message>
        <source>The check of the engine took more than {:g} s.</source>
        <translation>引擎检查超过 {:g} 秒。</translation>
    </message>
    <message>
        <source>Install Python from python.org, or uv.</source>
        <translation>请从 python.org 安装 Python，或安装 uv。</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>请另选一个。</translation>
    </message>
    <message>
        <source>Install them (on Debian and Ubuntu: python3-venv), or choose another.</source>
        <translation>请安装它们（Debian 和 Ubuntu：python3-venv），或另选一个。</translation>
    </message>
    <message>
        <source>{} belongs to QGIS; environments made from it do not start.</source>
        <translation>{} 属于 QGIS；由其创建的环境无法启动。</translation>
    </message>
    <message>
        <source>{} is Python {}; the engine needs {} to {}.</source>
        <translation>{} 是 Python {}；引擎需要 {} 至 {}。</translation>
    </message>
    <message>
        <source>{} has {} bits; the engine needs 64.</source>
        <translation>{} 为 {} 位；引擎需要 64 位。</translation>
    </message>
    <message>
        <source>{} lacks the modules venv and ensurepip.</source>
        <translation>{} 缺少 venv 和 ensurepip 模块。</translation>
    </message>
    <message>
        <source>{} is not a Python that can be run: {}.</source>
        <translation>{} 不是可运行的 Python：{}。</translation>
    </message>
    <message>
        <source>The log has the details; go on to try again.</source>
        <translation>详情见日志；继续以重试。</translation>
    </message>
    <message>
        <source>The packages could not be installed.</source>
        <translation>无法安装软件包。</translation>
    </message>
    <message>
        <source>Making the environment anew.</source>
        <translation>正在重建环境。</translation>
    </message>
    <message>
        <source>Checking the engine</source>
        <translation>正在检查引擎</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Free some space on the disk and go on.</source>
        <translation>请释放磁盘空间后继续。</translation>
    </message>
    <message>
        <source>Check the network and the proxy in QGIS' settings (Options, Network), then go on; what has come stays.</source>
        <translation>请检查网络以及 QGIS 设置（选项、网络）中的代理，然后继续；已下载的内容会保留。</translation>
    </message>
    <message>
        <source>The index, or the folder of packages, lacks one for this Python; choose another Python.</source>
        <translation>索引或软件包文件夹中缺少适用于此 Python 的软件包；请选择另一个 Python。</translation>
    </message>
    <message>
        <source>Making the environment</source>
        <translation>正在创建环境</translation>
    </message>
    <message>
        <source>The environment could not be made.</source>
        <translation>无法创建环境。</translation>
    </message>
    <message>
        <source>Repair it; the log has the details.</source>
        <translation>请修复；详情见日志。</translation>
    </message>
    <message>
        <source>Choose an empty folder, or one that does not exist.</source>
        <translation>请选择空文件夹或尚不存在的文件夹。</translation>
    </message>
    <message>
        <source>No Python was found that an environment can be made from.</source>
        <translation>未找到可用于创建环境的 Python。</translation>
    </message>
    <message>
        <source>Install Python 3.11 or newer, or uv; or use an existing environment.</source>
        <translation>请安装 Python 3.11 或更高版本，或 uv；或使用已有环境。</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder on another disk.</source>
        <translation>请释放空间，或选择其他磁盘上的文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
    <message>
        <source>The new environment does not work: {}</source>
        <translation>新环境无法工作：{}</translation>
    </message>
    <message>
        <source>The folder {} holds something that was not installed by SpecAware.</source>
        <translation>文件夹 {} 中有并非由 SpecAware 安装的内容。</translation>
    </message>
    <message>
        <source>There are {:,} MB free for {}, and {:,.0f} MB are needed.</source>
        <translation>可用空间 {:,} MB（{}），需要 {:,.0f} MB。</translation>
    </message>
    <message>
        <source>The folder {} cannot be made: {}.</source>
        <translation>无法创建文件夹 {}：{}。</translation>
    </message>
    <message>
        <source>The folder {} cannot be written to: {}.</source>
        <translation>无法写入文件夹 {}：{}。</translation>
    </message>
    <message>
        <source>Check the engine's Python in the SpecAware panel.</source>
        <translation>请在 SpecAware 面板中检查引擎的 Python。</translation>
    </message>
    <message>
        <source>The engine could not be started: {}.</source>
        <translation>无法启动引擎：{}。</translation>
    </message>
    <message>
        <source>Check the SpecAware engine</source>
        <translation>检查 SpecAware 引擎</translation>
    </message>
    <message>
        <source>The log panel, page SpecAware, has the details.</source>
        <translation>详情见日志面板的 SpecAware 页。</translation>
    </message>
    <message>
        <source>The plugin failed: {}: {}</source>
        <translation>插件出错：{}：{}</translation>
    </message>
    <message>
        <source>Hide groups of bands from a trained model and see what its classes lose</source>
        <translation>对训练好的模型遮蔽波段组，查看各类别的损失</translation>
    </message>
    <message>
        <source>Trained model</source>
        <translation>训练好的模型</translation>
    </message>
    <message>
        <source>Class needs</source>
        <translation>类别所需</translation>
    </message>
    <message>
        <source>the model learned last</source>
        <translation>最近学习的模型</translation>
    </message>
    <message>
        <source>those that come with SpecAware</source>
        <translation>SpecAware 自带</translation>
    </message>
    <message>
        <source>&lt;p&gt;SpecAware generates the weights of every band from the band's metadata and from the image: of the whole scene with the default weights, of the place's surroundings with others. This page shows them where you click: press &lt;b&gt;Pick on the map&lt;/b&gt;, then click a pixel or drag a box. The pin in the list, or Shift with the click, keeps a place for comparison.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Gain&lt;/b&gt; is the share of the embedding's weight that a band gets before its values are seen, &lt;b&gt;response&lt;/b&gt; the share of what really reaches the model at this place, &lt;b&gt;content shift&lt;/b&gt; how much the image changed the band's weights. With the default weights a band counts by the part of the spectrum it stands for: beside a gap for more, where two detectors overlap for less. Bad bands are grey and have no weights.&lt;/p&gt;&lt;p&gt;With a trained model, &lt;b&gt;class needs&lt;/b&gt; shows what the probability of a class loses when neighbouring bands are replaced by their local mean: an independent check on the weights. It takes some seconds.&lt;/p&gt;&lt;p&gt;In the plots the wheel zooms, dragging pans and a double click shows everything; with the keyboard, arrows move from band to band, + and − zoom, Escape shows everything.&lt;/p&gt;</source>
        <translation>&lt;p&gt;SpecAware 根据波段元数据和影像生成每个波段的权重：默认权重使用整个场景，其他权重使用该位置的周围。本页显示您点击处的权重：按下&lt;b&gt;在地图上选取&lt;/b&gt;，然后点击像元或拖出矩形。列表中的图钉或按住 Shift 点击可保留位置以供比较。&lt;/p&gt;&lt;p&gt;&lt;b&gt;增益&lt;/b&gt;是在读取数值之前该波段在嵌入权重中所占的份额，&lt;b&gt;响应&lt;/b&gt;是在该位置真正进入模型的份额，&lt;b&gt;内容偏移&lt;/b&gt;是影像对该波段权重的改变程度。使用默认权重时，每个波段按其所代表的光谱区间计权：空缺旁的波段权重较大，两个探测器重叠处的波段权重较小。坏波段为灰色，没有权重。&lt;/p&gt;&lt;p&gt;有训练好的模型时，&lt;b&gt;类别所需&lt;/b&gt;显示将相邻波段替换为局部均值后某类别概率的损失：这是对权重的独立检验，需要几秒钟。&lt;/p&gt;&lt;p&gt;在图中，滚轮缩放，拖动平移，双击显示全部；使用键盘时，方向键在波段间移动，+ 和 − 缩放，Escape 显示全部。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Export the band weights</source>
        <translation>导出波段权重</translation>
    </message>
    <message>
        <source>Whose needs to show</source>
        <translation>显示哪个类别</translation>
    </message>
    <message>
        <source>There is no trained model yet.</source>
        <translation>还没有训练好的模型。</translation>
    </message>
    <message>
        <source>Make a preview or a map on the page Classify, or choose a saved model below.</source>
        <translation>请在“分类”页制作预览或地图，或在下方选择已保存的模型。</translation>
    </message>
    <message>
        <source>The most probable classes</source>
        <translation>最可能的类别</translation>
    </message>
    <message>
        <source>Table (CSV) …</source>
        <translation>表格（CSV）…</translation>
    </message>
    <message>
        <source>Picture (PNG) …</source>
        <translation>图片（PNG）…</translation>
    </message>
    <message>
        <source>Drawing (SVG) …</source>
        <translation>矢量图（SVG）…</translation>
    </message>
    <message>
        <source>Band {} · {:.1f} nm · {:.1f} nm wide</source>
        <translation>波段 {} · {:.1f} nm · 宽 {:.1f} nm</translation>
    </message>
    <message>
        <source>Hiding bands from the model …</source>
        <translation>正在对模型遮蔽波段…</translation>
    </message>
    <message>
        <source>Weighing the bands …</source>
        <translation>正在计算波段权重…</translation>
    </message>
    <message>
        <source>Written: {}</source>
        <translation>已写出：{}</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>未使用</translation>
    </message>
    <message>
        <source>{:.1f} s. Shift with a click keeps the places shown.</source>
        <translation>{:.1f} 秒。按住 Shift 点击可保留已显示的位置。</translation>
    </message>
    <message>
        <source>{} × {} px</source>
        <translation>{} × {} px</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Drag a rectangle on the map, or click two corners; Esc drops it</source>
        <translation>在地图上拖出矩形，或点击两个角；Esc 放弃</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Click on the map for each corner, right click at the end; Backspace takes a corner back</source>
        <translation>在地图上逐个点击顶点，最后右键结束；退格键撤回一个顶点</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Drag corners or whole areas, double click on a side for a new corner, Delete removes</source>
        <translation>拖动顶点或整个区域，双击边添加顶点，Delete 删除</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Delete the chosen areas, or all</source>
        <translation>删除选中的区域或全部</translation>
    </message>
    <message>
        <source>Take areas from the view, a layer or selected features</source>
        <translation>从视图、图层或选中要素获取区域</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>The view</source>
        <translation>当前视图</translation>
    </message>
    <message>
        <source>Where to look</source>
        <translation>检测位置</translation>
    </message>
    <message>
        <source>The whole overlap is compared. Draw to look only at parts of it.</source>
        <translation>将比较整个重叠区。绘制区域可只检测其中一部分。</translation>
    </message>
    <message>
        <source>Polygons of</source>
        <translation>多边形来自</translation>
    </message>
    <message>
        <source>Selected polygons of</source>
        <translation>选中的多边形来自</translation>
    </message>
    <message>
        <source>Extent of</source>
        <translation>范围来自</translation>
    </message>
    <message>
        <source>Spectra only (faster)</source>
        <translation>仅光谱（更快）</translation>
    </message>
    <message>
        <source>The scene of the other date; grid, coordinate system and sensor may differ</source>
        <translation>另一日期的场景；格网、坐标系和传感器可以不同</translation>
    </message>
    <message>
        <source>Swap the two scenes</source>
        <translation>交换两个场景</translation>
    </message>
    <message>
        <source>Places known to be changed or unchanged; makes the score a probability</source>
        <translation>已知变化或未变化的位置；使得分成为概率</translation>
    </message>
    <message>
        <source>Land cover in the earlier scene; a model is learned from it</source>
        <translation>前期场景的土地覆盖；由此学习模型</translation>
    </message>
    <message>
        <source>Do without the encoder: takes two thirds of the time, and was about as good on the pairs it was tried on</source>
        <translation>不使用编码器：用时约三分之二，在试验过的影像对上效果大致相同</translation>
    </message>
    <message>
        <source>temporary file</source>
        <translation>临时文件</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>前期</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>后期</translation>
    </message>
    <message>
        <source>From-to table</source>
        <translation>转移矩阵</translation>
    </message>
    <message>
        <source>Class field</source>
        <translation>类别字段</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>样例</translation>
    </message>
    <message>
        <source>Changed?</source>
        <translation>是否变化</translation>
    </message>
    <message>
        <source>Save map as</source>
        <translation>地图另存为</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Choose the field that says changed or unchanged.</source>
        <translation>请选择说明变化或未变化的字段。</translation>
    </message>
    <message>
        <source>Choose a land cover model that an earlier run has saved.</source>
        <translation>请选择以前保存的土地覆盖模型。</translation>
    </message>
    <message>
        <source>Choose a layer with labels of land cover.</source>
        <translation>请选择带土地覆盖标签的图层。</translation>
    </message>
    <message>
        <source>Later scene</source>
        <translation>后期场景</translation>
    </message>
    <message>
        <source>Labels of land cover</source>
        <translation>土地覆盖标签</translation>
    </message>
    <message>
        <source>from labels of land cover</source>
        <translation>由土地覆盖标签得出</translation>
    </message>
    <message>
        <source>from a saved model</source>
        <translation>由已保存的模型得出</translation>
    </message>
    <message>
        <source>Hides scores below; the map follows at once, nothing is computed again</source>
        <translation>隐藏较低的得分；地图随即更新，无需重新计算</translation>
    </message>
    <message>
        <source>Back to the threshold of the run</source>
        <translation>恢复本次运行的阈值</translation>
    </message>
    <message>
        <source>Makes the mask and the from-to table anew with this threshold</source>
        <translation>以此阈值重新生成掩膜和转移矩阵</translation>
    </message>
    <message>
        <source>Run with it</source>
        <translation>以此运行</translation>
    </message>
    <message>
        <source>From – to</source>
        <translation>原类 – 新类</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>shift of {:.1f} px corrected</source>
        <translation>已校正 {:.1f} px 位移</translation>
    </message>
    <message>
        <source>shift {:.1f} px</source>
        <translation>位移 {:.1f} px</translation>
    </message>
    <message>
        <source>From</source>
        <translation>原类</translation>
    </message>
    <message>
        <source>To</source>
        <translation>新类</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>{} changed</source>
        <translation>{} 发生变化</translation>
    </message>
    <message>
        <source>{:.0f} s on {}</source>
        <translation>{:.0f} 秒，{}</translation>
    </message>
    <message>
        <source>{:.2%} of what was compared</source>
        <translation>占比较范围的 {:.2%}</translation>
    </message>
    <message>
        <source>no shift</source>
        <translation>无位移</translation>
    </message>
    <message>
        <source>{} kept their class</source>
        <translation>{} 类别未变</translation>
    </message>
    <message>
        <source>{} on the map</source>
        <translation>地图上为 {}</translation>
    </message>
    <message>
        <source>held-out macro-F1 {:.2f}</source>
        <translation>留出宏平均 F1 {:.2f}</translation>
    </message>
    <message>
        <source>land cover macro-F1 {:.2f}</source>
        <translation>土地覆盖宏平均 F1 {:.2f}</translation>
    </message>
    <message>
        <source>&lt;p&gt;Finds what differs between two scenes of one place. They may differ in grid, coordinate system and sensor; differences of season and light are taken out.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Rectangle&lt;/b&gt; and &lt;b&gt;Polygon&lt;/b&gt; draw where to look: several areas are joined. While drawing, Esc drops the area, Backspace takes a corner back, a right click ends a polygon. &lt;b&gt;Edit&lt;/b&gt; moves corners and areas; a double click on a side adds a corner; Delete removes what is under the cursor. Ctrl+Z takes back. Without areas the whole overlap is compared.&lt;/p&gt;&lt;p&gt;The score is in multiples of the automatic threshold: 1 is where the rule draws the line. Move the slider and the map follows at once.&lt;/p&gt;&lt;p&gt;With labels of land cover, or a saved model, a from-to table says what became what, in hectares.&lt;/p&gt;</source>
        <translation>&lt;p&gt;检测同一地点两个场景之间的差异。格网、坐标系和传感器可以不同；季节和光照差异会被消除。&lt;/p&gt;&lt;p&gt;&lt;b&gt;矩形&lt;/b&gt;和&lt;b&gt;多边形&lt;/b&gt;绘制检测位置：多个区域会合并。绘制时，Esc 放弃区域，退格键撤回一个顶点，右键结束多边形。&lt;b&gt;编辑&lt;/b&gt;移动顶点和区域；双击边添加顶点；Delete 删除光标下的内容。Ctrl+Z 撤销。没有区域时比较整个重叠区。&lt;/p&gt;&lt;p&gt;得分以自动阈值的倍数表示：1 即判定界限。移动滑块，地图随即更新。&lt;/p&gt;&lt;p&gt;有土地覆盖标签或已保存的模型时，转移矩阵以公顷给出类别转移。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Read the scores</source>
        <translation>读取得分</translation>
    </message>
    <message>
        <source>Look whether the file is still there.</source>
        <translation>请检查文件是否仍然存在。</translation>
    </message>
    <message>
        <source>change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>The map {} cannot be opened.</source>
        <translation>无法打开地图 {}。</translation>
    </message>
    <message>
        <source>Correct the shift</source>
        <translation>校正位移</translation>
    </message>
    <message>
        <source>Move the later scene by the measured shift before comparing</source>
        <translation>比较前按测得的位移移动后期场景</translation>
    </message>
    <message>
        <source>Look at the two scenes</source>
        <translation>查看两个场景</translation>
    </message>
    <message>
        <source>looking for a shift …</source>
        <translation>正在测量位移…</translation>
    </message>
    <message>
        <source>{} common bands</source>
        <translation>{} 个共有波段</translation>
    </message>
    <message>
        <source>shift not measurable</source>
        <translation>位移无法测量</translation>
    </message>
    <message>
        <source>{:.0%} overlap</source>
        <translation>{:.0%} 重叠</translation>
    </message>
    <message>
        <source>The levels differ: {} and {}. Correct the wrong one on the page Data.</source>
        <translation>处理级别不同：{} 和 {}。请在“数据”页更正。</translation>
    </message>
    <message>
        <source>The later scene lies {:.1f} pixels off ({:+.1f} rows, {:+.1f} columns): edges may look like change.</source>
        <translation>后期场景偏移 {:.1f} 像元（{:+.1f} 行，{:+.1f} 列）：边缘可能看似变化。</translation>
    </message>
    <message>
        <source>Kappa</source>
        <translation>Kappa</translation>
    </message>
    <message>
        <source>Spatial cross-validation inside your labels, both on the same folds.</source>
        <translation>标签内部的空间交叉验证，二者使用相同的折。</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Save model …</source>
        <translation>保存模型…</translation>
    </message>
    <message>
        <source>Accuracy was not assessed.</source>
        <translation>未评价精度。</translation>
    </message>
    <message>
        <source>Random forest</source>
        <translation>随机森林</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>占比</translation>
    </message>
    <message>
        <source>SpecAware's tokens have {:.0%} of the weight in this map; the rest goes to spectra and noise-whitened components.</source>
        <translation>SpecAware 的 token 在此图中占 {:.0%} 的权重；其余为光谱和噪声白化分量。</translation>
    </message>
    <message>
        <source>{} labelled pixels</source>
        <translation>{} 个标签像元</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>&lt;p&gt;Makes a land-cover map of the scene from your labels, or with a model saved by an earlier run.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Preview here&lt;/b&gt; maps a square of 256 × 256 pixels in the middle of the view, then wherever you click. The first preview has to look at the scene and learn from the labels; later ones take moments, and when labels are added only they are learned anew.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Classify land cover&lt;/b&gt; works in the background and can be cancelled at any time. The accuracy beside the result comes from a spatial cross-validation inside your labels, with a random forest on the same folds; it does not replace independent reference data.&lt;/p&gt;&lt;p&gt;Under Options the &lt;b&gt;classifier&lt;/b&gt; can be a head that is fine-tuned on your labels. That takes minutes and pays with many labels only: compare the accuracies.&lt;/p&gt;</source>
        <translation>&lt;p&gt;利用您的标签或以前保存的模型制作场景的土地覆盖图。&lt;/p&gt;&lt;p&gt;&lt;b&gt;在此预览&lt;/b&gt;对视图中央 256 × 256 像元的方块制图，之后在您点击处制图。首次预览需先查看场景并从标签学习；之后只需片刻，增加标签时只重新学习标签。&lt;/p&gt;&lt;p&gt;&lt;b&gt;土地覆盖分类&lt;/b&gt;在后台运行，可随时取消。结果旁的精度来自标签内部的空间交叉验证，并与相同折上的随机森林比较；它不能代替独立的参考数据。&lt;/p&gt;&lt;p&gt;在选项中，&lt;b&gt;分类器&lt;/b&gt;可以是在您的标签上微调的分类头。这需要数分钟，只有标签很多时才值得：请比较精度。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Map 256 × 256 pixels in the middle of the view, then wherever you click</source>
        <translation>对视图中央 256 × 256 像元制图，之后在您点击处制图</translation>
    </message>
    <message>
        <source>One fold of held-out places, the same for both. It also chose the epoch, so the score is slightly optimistic.</source>
        <translation>一折留出的地点，二者相同。它也用于选择训练轮次，因此得分略偏乐观。</translation>
    </message>
    <message>
        <source>Preview here</source>
        <translation>在此预览</translation>
    </message>
    <message>
        <source>The model could not be saved: {}.</source>
        <translation>无法保存模型：{}。</translation>
    </message>
    <message>
        <source>The model was saved as {}.</source>
        <translation>模型已保存为 {}。</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Making the preview …</source>
        <translation>正在制作预览…</translation>
    </message>
    <message>
        <source>Looking at the scene and learning from the labels, once; then a preview takes moments …</source>
        <translation>首次需查看场景并从标签学习；之后预览只需片刻…</translation>
    </message>
    <message>
        <source>That place is outside the scene.</source>
        <translation>该位置在场景之外。</translation>
    </message>
    <message>
        <source>Fine-tuning takes minutes: make the map first, then previews use its model.</source>
        <translation>微调需要数分钟：请先制图，之后预览使用其模型。</translation>
    </message>
    <message>
        <source>Preview in {:.1f} s. Click on the map for another place.</source>
        <translation>预览用时 {:.1f} 秒。点击地图可预览其他位置。</translation>
    </message>
    <message>
        <source>{} of {} bands usable</source>
        <translation>{} / {} 个波段可用</translation>
    </message>
    <message>
        <source>Band {}: {:.1f} nm, {:.1f} nm wide</source>
        <translation>波段 {}：{:.1f} nm，宽 {:.1f} nm</translation>
    </message>
    <message>
        <source>Bands of the scene</source>
        <translation>场景波段</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use selected</source>
        <translation>使用所选</translation>
    </message>
    <message>
        <source>Leave selected out</source>
        <translation>排除所选</translation>
    </message>
    <message>
        <source>At least one band must be used.</source>
        <translation>至少要使用一个波段。</translation>
    </message>
    <message>
        <source>Band {} needs a wavelength and a width above 0.</source>
        <translation>波段 {} 的波长和波宽须大于 0。</translation>
    </message>
    <message>
        <source>radiance</source>
        <translation>辐亮度</translation>
    </message>
    <message>
        <source>reflectance</source>
        <translation>反射率</translation>
    </message>
    <message>
        <source>Correct bands …</source>
        <translation>更正波段…</translation>
    </message>
    <message>
        <source>Take wavelengths from a CSV …</source>
        <translation>从 CSV 读取波长…</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>按文件</translation>
    </message>
    <message>
        <source>Correct the bands</source>
        <translation>更正波段</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Table of wavelengths</source>
        <translation>波长表</translation>
    </message>
    <message>
        <source>{} of {} usable, {:.0f} to {:.0f} nm</source>
        <translation>{} / {} 可用，{:.0f} 至 {:.0f} nm</translation>
    </message>
    <message>
        <source>{:.3g} to {:.3g} {}</source>
        <translation>{:.3g} 至 {:.3g} {}</translation>
    </message>
    <message>
        <source>Pixel size</source>
        <translation>像元大小</translation>
    </message>
    <message>
        <source>widths</source>
        <translation>波宽</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>&lt;p&gt;Choose the hyperspectral scene that all pages work on. SpecAware reads wavelengths, widths, bad bands, sensor and level from the file and says where each came from. Correct what is wrong: every job uses your corrections, and the project keeps them.&lt;/p&gt;&lt;p&gt;The buttons under &lt;b&gt;Picture&lt;/b&gt; find the bands by wavelength. On the strip, bands that are not used are short and grey; hold the cursor on a band to learn why.&lt;/p&gt;</source>
        <translation>&lt;p&gt;选择所有页面使用的高光谱场景。SpecAware 从文件读取波长、波宽、坏波段、传感器和级别，并说明各项的来源。请更正错误之处：每次运行都使用您的更正，项目会保存它们。&lt;/p&gt;&lt;p&gt;&lt;b&gt;显示&lt;/b&gt;下的按钮按波长查找波段。在波段条上，未使用的波段短而灰；将光标停在波段上可查看原因。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Open a scene …</source>
        <translation>打开场景…</translation>
    </message>
    <message>
        <source>There is no hyperspectral scene in the project yet. Open one (EnMAP, PRISMA, EMIT, AVIRIS, HyMap … any raster whose bands have wavelengths), or try the sample.</source>
        <translation>项目中还没有高光谱场景。请打开一个（EnMAP、PRISMA、EMIT、AVIRIS、HyMap……任何波段带波长的栅格），或试用示例。</translation>
    </message>
    <message>
        <source>Open a hyperspectral scene</source>
        <translation>打开高光谱场景</translation>
    </message>
    <message>
        <source>sample scene</source>
        <translation>示例场景</translation>
    </message>
    <message>
        <source>sample labels</source>
        <translation>示例标签</translation>
    </message>
    <message>
        <source>sample, later</source>
        <translation>示例，后期</translation>
    </message>
    <message>
        <source>Load the sample scene</source>
        <translation>加载示例场景</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Reading what the file says …</source>
        <translation>正在读取文件信息…</translation>
    </message>
    <message>
        <source>Choose the image file itself, for ENVI the one without .hdr.</source>
        <translation>请选择影像文件本身；ENVI 请选择没有 .hdr 的文件。</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>{} is not a raster with at least 4 bands that QGIS can open.</source>
        <translation>{} 不是 QGIS 可打开的至少 4 个波段的栅格。</translation>
    </message>
    <message>
        <source>Stretch the picture</source>
        <translation>拉伸显示</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Three wavelengths of your choice</source>
        <translation>自选三个波长</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>The engine needs PyTorch, rasterio and scikit-learn. They are installed into a folder of their own; QGIS' Python is not touched, and nothing is uploaded.</source>
        <translation>引擎需要 PyTorch、rasterio 和 scikit-learn。它们安装在单独的文件夹中；不会改动 QGIS 的 Python，也不会上传任何内容。</translation>
    </message>
    <message>
        <source>found by itself</source>
        <translation>自动查找</translation>
    </message>
    <message>
        <source>The environment is made from it; 3.11 to 3.14, 64 bit</source>
        <translation>由它创建环境；3.11 到 3.14，64 位</translation>
    </message>
    <message>
        <source>A Python in which the engine's packages are installed already</source>
        <translation>已安装引擎软件包的 Python</translation>
    </message>
    <message>
        <source>Another Python</source>
        <translation>其他 Python</translation>
    </message>
    <message>
        <source>Make it from</source>
        <translation>创建自</translation>
    </message>
    <message>
        <source>Or an existing</source>
        <translation>或现有环境</translation>
    </message>
    <message>
        <source>Looking at this machine …</source>
        <translation>正在查看本机…</translation>
    </message>
    <message>
        <source>Choose a folder to install into.</source>
        <translation>请选择安装文件夹。</translation>
    </message>
    <message>
        <source>Choose the folder that holds the packages.</source>
        <translation>请选择存放软件包的文件夹。</translation>
    </message>
    <message>
        <source>No Python was found. Install Python 3.11 or newer, or uv, or choose one below.</source>
        <translation>未找到 Python。请安装 Python 3.11 或更新版本或 uv，或在下方选择。</translation>
    </message>
    <message>
        <source>Use this Python</source>
        <translation>使用此 Python</translation>
    </message>
    <message>
        <source>the network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>a folder of packages (wheels)</source>
        <translation>软件包文件夹（wheels）</translation>
    </message>
    <message>
        <source>Packages from</source>
        <translation>软件包来源</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>with uv</source>
        <translation>使用 uv</translation>
    </message>
    <message>
        <source>with venv and pip</source>
        <translation>使用 venv 和 pip</translation>
    </message>
    <message>
        <source>through the proxy of QGIS' settings</source>
        <translation>通过 QGIS 设置中的代理</translation>
    </message>
    <message>
        <source>about {} to download, </source>
        <translation>约需下载 {}，</translation>
    </message>
    <message>
        <source>{}{} on the disk</source>
        <translation>{}占用磁盘 {}</translation>
    </message>
    <message>
        <source>{} found, driver for CUDA {}.{}</source>
        <translation>找到 {}，驱动支持 CUDA {}.{}</translation>
    </message>
    <message>
        <source>Install the engine</source>
        <translation>安装引擎</translation>
    </message>
    <message>
        <source>Go on installing</source>
        <translation>继续安装</translation>
    </message>
    <message>
        <source>Update the engine</source>
        <translation>更新引擎</translation>
    </message>
    <message>
        <source>Repair the engine</source>
        <translation>修复引擎</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>&lt;p&gt;The models run in a process of their own, with their own Python. This page installs it into a folder beside QGIS' settings, or wherever you choose. It can be stopped at any time and goes on where it was; deleting the folder removes it.&lt;/p&gt;&lt;p&gt;Without a network, choose a folder of packages that another computer has fetched with &lt;code&gt;pip download -r requirements.txt&lt;/code&gt;.&lt;/p&gt;&lt;p&gt;If something breaks, &lt;b&gt;Repair&lt;/b&gt; installs what is missing, and makes the environment anew if that does not help. &lt;b&gt;Copy diagnostics&lt;/b&gt; puts what a helper needs on the clipboard, without your name and passwords. While the engine works, &lt;b&gt;Installation&lt;/b&gt; is folded: there is nothing to do.&lt;/p&gt;</source>
        <translation>&lt;p&gt;模型在独立进程中运行，使用自己的 Python。本页将其安装到 QGIS 设置旁或您选择的文件夹。安装可随时停止，并从停止处继续；删除该文件夹即可卸载。&lt;/p&gt;&lt;p&gt;没有网络时，请选择由另一台计算机用 &lt;code&gt;pip download -r requirements.txt&lt;/code&gt; 下载的软件包文件夹。&lt;/p&gt;&lt;p&gt;出现故障时，&lt;b&gt;修复&lt;/b&gt;会安装缺失的内容，若无效则重建环境。&lt;b&gt;复制诊断信息&lt;/b&gt;将求助所需内容放入剪贴板，不含您的姓名和密码。引擎正常时，&lt;b&gt;安装&lt;/b&gt;保持折叠：无需任何操作。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Installation</source>
        <translation>安装</translation>
    </message>
    <message>
        <source>Install the SpecAware engine</source>
        <translation>安装 SpecAware 引擎</translation>
    </message>
    <message>
        <source>Checking the engine …</source>
        <translation>正在检查引擎…</translation>
    </message>
    <message>
        <source>Look at this machine</source>
        <translation>查看本机</translation>
    </message>
    <message>
        <source>The engine is ready.</source>
        <translation>引擎已就绪。</translation>
    </message>
    <message>
        <source>The page Data is a good place to begin.</source>
        <translation>可以从“数据”页开始。</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard.</source>
        <translation>诊断信息已在剪贴板中。</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>The installation was stopped.</source>
        <translation>安装已停止。</translation>
    </message>
    <message>
        <source>What has come stays; go on when you like.</source>
        <translation>已下载的内容会保留；可随时继续。</translation>
    </message>
    <message>
        <source>The engine is broken.</source>
        <translation>引擎已损坏。</translation>
    </message>
    <message>
        <source>No Python was chosen.</source>
        <translation>未选择 Python。</translation>
    </message>
    <message>
        <source>Choose the program python of an environment.</source>
        <translation>请选择某个环境的 python 程序。</translation>
    </message>
    <message>
        <source>There is no engine yet.</source>
        <translation>还没有引擎。</translation>
    </message>
    <message>
        <source>SpecAware settings</source>
        <translation>SpecAware 设置</translation>
    </message>
    <message>
        <source>Idle engine leaves after</source>
        <translation>空闲引擎退出时间</translation>
    </message>
    <message>
        <source>Python of the engine</source>
        <translation>引擎的 Python</translation>
    </message>
    <message>
        <source>The graphics card if there is one</source>
        <translation>有显卡时使用显卡</translation>
    </message>
    <message>
        <source>The processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>The graphics card (CUDA)</source>
        <translation>显卡（CUDA）</translation>
    </message>
    <message>
        <source>An engine that stays in memory answers at once; after the idle time it leaves and frees its memory.</source>
        <translation>留在内存中的引擎可立即响应；空闲时间过后退出并释放内存。</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Choose the engine's Python …</source>
        <translation>选择引擎的 Python…</translation>
    </message>
    <message>
        <source>Look for the engine again</source>
        <translation>重新查找引擎</translation>
    </message>
    <message>
        <source>Engine settings</source>
        <translation>引擎设置</translation>
    </message>
    <message>
        <source>Engine needs attention</source>
        <translation>引擎需要处理</translation>
    </message>
    <message>
        <source>Engine not ready</source>
        <translation>引擎未就绪</translation>
    </message>
    <message>
        <source>Python of the SpecAware engine</source>
        <translation>SpecAware 引擎的 Python</translation>
    </message>
    <message>
        <source>Engine ready · {}</source>
        <translation>引擎就绪 · {}</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep it when another place is clicked</source>
        <translation>点击其他位置时保留</translation>
    </message>
    <message>
        <source>Help for this page</source>
        <translation>本页帮助</translation>
    </message>
    <message>
        <source>Mixture (recommended)</source>
        <translation>混合（推荐）</translation>
    </message>
    <message>
        <source>Mixture without the encoder (faster)</source>
        <translation>不含编码器的混合（更快）</translation>
    </message>
    <message>
        <source>The mixture learns in seconds and was better with few labels. Without the encoder large scenes take about half of the time. Fine-tuning a head takes minutes; it pays with many labels, or where one model shall serve scenes of several sensors.</source>
        <translation>混合模型数秒即可学习，标签少时效果更好。不使用编码器时，大场景用时约为一半。微调分类头需要数分钟；在标签很多，或一个模型要用于多种传感器的场景时才值得。</translation>
    </message>
    <message>
        <source>Polygons or points; 5 to 50 labelled pixels a class are enough</source>
        <translation>多边形或点；每类 5 到 50 个标签像元即可</translation>
    </message>
    <message>
        <source>Learn from</source>
        <translation>学习来源</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Classifier</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>Open a hyperspectral scene on the page Data to begin.</source>
        <translation>请先在“数据”页打开高光谱场景。</translation>
    </message>
    <message>
        <source>Add a layer of labelled polygons or points.</source>
        <translation>请添加带标签的多边形或点图层。</translation>
    </message>
    <message>
        <source>Choose the field with the class.</source>
        <translation>请选择类别字段。</translation>
    </message>
    <message>
        <source>Only a part of the scene</source>
        <translation>仅场景的一部分</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>A saved model</source>
        <translation>已保存的模型</translation>
    </message>
    <message>
        <source>Choose a model that an earlier run has saved.</source>
        <translation>请选择以前保存的模型。</translation>
    </message>
    <message>
        <source>The part to map has no area.</source>
        <translation>制图范围没有面积。</translation>
    </message>
    <message>
        <source>Draw it on the map, or map the whole scene.</source>
        <translation>请在地图上绘制，或对整个场景制图。</translation>
    </message>
    <message>
        <source>Fine-tuned: {}</source>
        <translation>微调：{}</translation>
    </message>
    <message>
        <source>Look at the scene</source>
        <translation>查看场景</translation>
    </message>
    <message>
        <source>End the SpecAware engine</source>
        <translation>结束 SpecAware 引擎</translation>
    </message>
    <message>
        <source>The chosen class is given to what you draw; a double click changes its colour</source>
        <translation>所选类别赋给您绘制的内容；双击更改颜色</translation>
    </message>
    <message>
        <source>Add a class, such as water</source>
        <translation>添加类别，例如水体</translation>
    </message>
    <message>
        <source>Name of a new class</source>
        <translation>新类别名称</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像元</translation>
    </message>
    <message>
        <source>Add the class</source>
        <translation>添加类别</translation>
    </message>
    <message>
        <source>Remove the chosen class from the list</source>
        <translation>从列表中移除所选类别</translation>
    </message>
    <message>
        <source>Count labels</source>
        <translation>统计标签</translation>
    </message>
    <message>
        <source>Grow a region</source>
        <translation>区域生长</translation>
    </message>
    <message>
        <source>There is nothing to grow yet.</source>
        <translation>还无法进行区域生长。</translation>
    </message>
    <message>
        <source>Choose a scene and a labels layer, add a class and choose it.</source>
        <translation>请选择场景和标签图层，添加类别并选中它。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Copy into the labels</source>
        <translation>复制到标签</translation>
    </message>
    <message>
        <source>From layer</source>
        <translation>来自图层</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>There is nothing to import.</source>
        <translation>没有可导入的内容。</translation>
    </message>
    <message>
        <source>Choose another layer and the field with its classes.</source>
        <translation>请选择其他图层及其类别字段。</translation>
    </message>
    <message>
        <source>&lt;p&gt;Labels are polygons or points with a class. 5 to 50 pixels a class are enough to begin with; put them in at least two places each, so that the accuracy can be measured.&lt;/p&gt;&lt;p&gt;Make a layer, add classes, choose one and press &lt;b&gt;Draw&lt;/b&gt;: QGIS' own tools digitise, and what you draw gets the chosen class. &lt;b&gt;Grow&lt;/b&gt; takes a click and fills the pixels around it whose spectra have a like shape; the slider widens or narrows the region grown last.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Suggest places&lt;/b&gt; asks the model of the last preview or map where it is least sure.&lt;/p&gt;</source>
        <translation>&lt;p&gt;标签是带类别的多边形或点。每类 5 到 50 个像元即可开始；每类至少分布在两处，以便评价精度。&lt;/p&gt;&lt;p&gt;新建图层，添加类别，选中一个并按下&lt;b&gt;绘制&lt;/b&gt;：使用 QGIS 自己的数字化工具，绘制的内容得到所选类别。&lt;b&gt;生长&lt;/b&gt;由一次点击填充周围光谱形状相似的像元；滑块扩大或缩小最近生长的区域。&lt;/p&gt;&lt;p&gt;&lt;b&gt;推荐位置&lt;/b&gt;询问最近一次预览或地图的模型在何处最不确定。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Make a new labels layer …</source>
        <translation>新建标签图层…</translation>
    </message>
    <message>
        <source>Draw with QGIS' own tools; what you draw gets the chosen class</source>
        <translation>用 QGIS 自己的工具绘制；绘制的内容得到所选类别</translation>
    </message>
    <message>
        <source>Click on the map: pixels around with like spectra become a polygon</source>
        <translation>点击地图：周围光谱相似的像元成为多边形</translation>
    </message>
    <message>
        <source>Save the edits of the labels layer</source>
        <translation>保存标签图层的编辑</translation>
    </message>
    <message>
        <source>Tolerance of growing</source>
        <translation>生长容差</translation>
    </message>
    <message>
        <source>Greatest spectral angle to the clicked place</source>
        <translation>与点击处的最大光谱角</translation>
    </message>
    <message>
        <source>New labels layer</source>
        <translation>新建标签图层</translation>
    </message>
    <message>
        <source>labels.gpkg</source>
        <translation>labels.gpkg</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>生长</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Choose a layer of polygons or points with classes, or make a new one with the button beside it.</source>
        <translation>请选择带类别的多边形或点图层，或用旁边的按钮新建一个。</translation>
    </message>
    <message>
        <source>Labels layer</source>
        <translation>标签图层</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Make a new labels layer and import these labels.</source>
        <translation>请新建标签图层并导入这些标签。</translation>
    </message>
    <message>
        <source>The labels could not be saved.</source>
        <translation>无法保存标签。</translation>
    </message>
    <message>
        <source>{} labels were imported; save them when they are right.</source>
        <translation>已导入 {} 个标签；确认无误后请保存。</translation>
    </message>
    <message>
        <source>{} places were added to the map, the most telling first.</source>
        <translation>已向地图添加 {} 个位置，最有价值的在前。</translation>
    </message>
    <message>
        <source>The layer {} cannot be edited.</source>
        <translation>图层 {} 不可编辑。</translation>
    </message>
    <message>
        <source>Where to label next</source>
        <translation>下一步标注位置</translation>
    </message>
    <message>
        <source>Suggest places</source>
        <translation>推荐位置</translation>
    </message>
    <message>
        <source>There is no model yet that could say where it is unsure.</source>
        <translation>还没有能够说明何处不确定的模型。</translation>
    </message>
    <message>
        <source>Make a preview or a map on the page Classify first.</source>
        <translation>请先在“分类”页制作预览或地图。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>SpecAware</source>
        <translation>SpecAware</translation>
    </message>
    <message>
        <source>Pick on the map</source>
        <translation>在地图上选取</translation>
    </message>
    <message>
        <source>Click a pixel, or drag a box; hold Shift to keep what is shown</source>
        <translation>点击像元或拖出矩形；按住 Shift 保留已显示内容</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Click a pixel on the map, or drag a box.</source>
        <translation>在地图上点击像元或拖出矩形。</translation>
    </message>
    <message>
        <source>There is no scene.</source>
        <translation>没有场景。</translation>
    </message>
    <message>
        <source>Choose one on the page Data.</source>
        <translation>请在“数据”页选择一个。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>正在取消</translation>
    </message>
    <message>
        <source>about {} left</source>
        <translation>剩余约 {}</translation>
    </message>
    <message>
        <source>A raster whose bands have wavelengths</source>
        <translation>波段带波长的栅格</translation>
    </message>
    <message>
        <source>Fields, parcels, blocks: each polygon gets one class; only what lies inside counts</source>
        <translation>田块、地块、街区：每个多边形得到一个类别；只计其内部</translation>
    </message>
    <message>
        <source>A folder that holds one folder of chips for each class</source>
        <translation>每类一个切片子文件夹的文件夹</translation>
    </message>
    <message>
        <source>Side of a cell</source>
        <translation>单元边长</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Choose the folder of chips to classify.</source>
        <translation>请选择要分类的切片文件夹。</translation>
    </message>
    <message>
        <source>Polygons lie on a scene: choose a folder of examples, or classify a scene.</source>
        <translation>多边形位于场景上：请选择样例文件夹，或对场景进行分类。</translation>
    </message>
    <message>
        <source>Choose a folder with one folder of chips for each class.</source>
        <translation>请选择每类一个切片子文件夹的文件夹。</translation>
    </message>
    <message>
        <source>Add a layer of polygons or points with classes.</source>
        <translation>请添加带类别的多边形或点图层。</translation>
    </message>
    <message>
        <source>Add a layer of polygons to classify.</source>
        <translation>请添加要分类的多边形图层。</translation>
    </message>
    <message>
        <source>Polygons are learned from polygons: choose such a layer of labels.</source>
        <translation>多边形须由多边形学习：请选择多边形标签图层。</translation>
    </message>
    <message>
        <source>Show the grid</source>
        <translation>显示格网</translation>
    </message>
    <message>
        <source>Grid of cells</source>
        <translation>单元格网</translation>
    </message>
    <message>
        <source>A folder of chips</source>
        <translation>切片文件夹</translation>
    </message>
    <message>
        <source>Polygons of a layer</source>
        <translation>图层中的多边形</translation>
    </message>
    <message>
        <source>Polygons</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Chips</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>单元</translation>
    </message>
    <message>
        <source>: make them smaller</source>
        <translation>：请改小</translation>
    </message>
    <message>
        <source>{} × {} = {:,} cells</source>
        <translation>{} × {} = {:,} 个单元</translation>
    </message>
    <message>
        <source>{} classes, {} examples</source>
        <translation>{} 个类别，{} 个样例</translation>
    </message>
    <message>
        <source>{:,.0f} m a side · </source>
        <translation>边长 {:,.0f} m · </translation>
    </message>
    <message>
        <source>of the examples, each held out once</source>
        <translation>样例正确率，每个留出一次</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>, {} without data</source>
        <translation>，{} 个无数据</translation>
    </message>
    <message>
        <source>{} classified{} · {:.0f} s on {}</source>
        <translation>{} 个已分类{} · {:.0f} 秒，{}</translation>
    </message>
    <message>
        <source>{:.0%} right</source>
        <translation>{:.0%} 正确</translation>
    </message>
    <message>
        <source>95 % interval {:.0%} to {:.0%}</source>
        <translation>95 % 区间 {:.0%} 至 {:.0%}</translation>
    </message>
    <message>
        <source>logistic regression {:.0%}</source>
        <translation>逻辑回归 {:.0%}</translation>
    </message>
    <message>
        <source>&lt;p&gt;Gives whole places a class, such as residential, harbour or forest: the cells of a grid over the scene, the polygons of a layer, or chips in a folder.&lt;/p&gt;&lt;p&gt;The classes are learned from a few examples: polygons or points on the scene, each with a class, or a folder with one folder of chips for each class. Five a class are enough to begin with; of polygons and points, a window as large as a cell is looked at. Polygons are learned from polygons: only what lies inside counts.&lt;/p&gt;&lt;p&gt;The share of right answers is measured with examples held out; a plain logistic regression stands beside it. Pale cells are uncertain ones.&lt;/p&gt;</source>
        <translation>&lt;p&gt;为整片地点给出类别，例如居民区、港口或森林：场景上的格网单元、图层中的多边形或文件夹中的切片。&lt;/p&gt;&lt;p&gt;类别由少量样例学习：场景上各带类别的多边形或点，或每类一个切片子文件夹的文件夹。每类五个即可开始；对多边形和点，取与单元同样大小的窗口。多边形由多边形学习：只计其内部。&lt;/p&gt;&lt;p&gt;正确率由留出的样例得出；同时列出普通逻辑回归的结果。颜色浅的单元不确定。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>scenes</source>
        <translation>场景分类</translation>
    </message>
    <message>
        <source>The table was written to {}.</source>
        <translation>表已写入 {}。</translation>
    </message>
    <message>
        <source>The result {} cannot be opened.</source>
        <translation>无法打开结果 {}。</translation>
    </message>
    <message>
        <source>From a layer</source>
        <translation>来自图层</translation>
    </message>
    <message>
        <source>A mean spectrum of each selected feature</source>
        <translation>每个选中要素的平均光谱</translation>
    </message>
    <message>
        <source>A mean spectrum of each class, over all its features</source>
        <translation>每个类别所有要素的平均光谱</translation>
    </message>
    <message>
        <source>Name or class</source>
        <translation>名称或类别</translation>
    </message>
    <message>
        <source>Selected</source>
        <translation>选中的</translation>
    </message>
    <message>
        <source>Choose another field.</source>
        <translation>请选择其他字段。</translation>
    </message>
    <message>
        <source>Select features with QGIS' own tools.</source>
        <translation>请用 QGIS 的工具选择要素。</translation>
    </message>
    <message>
        <source>{} has no {} that lie on the scene.</source>
        <translation>{} 没有位于场景上的{}。</translation>
    </message>
    <message>
        <source>features with a class</source>
        <translation>带类别的要素</translation>
    </message>
    <message>
        <source>selected features</source>
        <translation>选中要素</translation>
    </message>
    <message>
        <source>Spectral angle; drawn as bright as the spectrum</source>
        <translation>光谱角；按与光谱相同的亮度绘制</translation>
    </message>
    <message>
        <source>Compare with a library</source>
        <translation>与光谱库比较</translation>
    </message>
    <message>
        <source>The spectrum to compare</source>
        <translation>要比较的光谱</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>光谱库</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>光谱</translation>
    </message>
    <message>
        <source>the newest one</source>
        <translation>最新的</translation>
    </message>
    <message>
        <source>Spectral libraries</source>
        <translation>光谱库</translation>
    </message>
    <message>
        <source>Spectra</source>
        <translation>光谱</translation>
    </message>
    <message>
        <source>&lt;p&gt;Press &lt;b&gt;Pick on the map&lt;/b&gt; and click: each click adds the spectrum of a pixel, each drag the mean of a box with its spread. Choose another scene above to add spectra of another sensor: all share one axis in nanometres.&lt;/p&gt;&lt;p&gt;&lt;b&gt;From a layer&lt;/b&gt; averages the selected features, or all features of each class.&lt;/p&gt;&lt;p&gt;&lt;b&gt;Continuum removed&lt;/b&gt; divides by the upper hull of the spectrum, so that absorptions can be compared. &lt;b&gt;Compare with a library&lt;/b&gt; lists the five materials with the smallest spectral angle; the library (ENVI .sli or CSV) is brought to the bands of the scene first.&lt;/p&gt;&lt;p&gt;In the plot the wheel zooms, dragging pans and a double click shows everything.&lt;/p&gt;</source>
        <translation>&lt;p&gt;按下&lt;b&gt;在地图上选取&lt;/b&gt;并点击：每次点击添加一个像元的光谱，每次拖动添加矩形的均值及其离散度。在上方选择其他场景可添加其他传感器的光谱：全部共用以纳米为单位的坐标轴。&lt;/p&gt;&lt;p&gt;&lt;b&gt;来自图层&lt;/b&gt;对选中要素或每个类别的全部要素求平均。&lt;/p&gt;&lt;p&gt;&lt;b&gt;去除连续统&lt;/b&gt;将光谱除以其上包络线，便于比较吸收特征。&lt;b&gt;与光谱库比较&lt;/b&gt;列出光谱角最小的五种物质；光谱库（ENVI .sli 或 CSV）先转换到场景的波段。&lt;/p&gt;&lt;p&gt;在图中，滚轮缩放，拖动平移，双击显示全部。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Export the spectra</source>
        <translation>导出光谱</translation>
    </message>
    <message>
        <source>Divide by the upper hull, so that absorptions can be compared</source>
        <translation>除以上包络线，便于比较吸收特征</translation>
    </message>
    <message>
        <source>Remove all</source>
        <translation>全部移除</translation>
    </message>
    <message>
        <source>Read spectra</source>
        <translation>读取光谱</translation>
    </message>
    <message>
        <source>Continuum removed</source>
        <translation>去除连续统</translation>
    </message>
    <message>
        <source>{} px</source>
        <translation>{} px</translation>
    </message>
    <message>
        <source>Library (CSV) …</source>
        <translation>光谱库（CSV）…</translation>
    </message>
    <message>
        <source>Library (ENVI .sli) …</source>
        <translation>光谱库（ENVI .sli）…</translation>
    </message>
    <message>
        <source>Remove some first.</source>
        <translation>请先移除一些。</translation>
    </message>
    <message>
        <source>No more than {} spectra are shown.</source>
        <translation>最多显示 {} 条光谱。</translation>
    </message>
    <message>
        <source>{} spectra</source>
        <translation>{} 条光谱</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>given by the user</source>
        <translation>由用户给定</translation>
    </message>
    <message>
        <source>named in the file</source>
        <translation>文件中注明</translation>
    </message>
    <message>
        <source>georeference of the file</source>
        <translation>文件的地理参考</translation>
    </message>
    <message>
        <source>band metadata</source>
        <translation>波段元数据</translation>
    </message>
    <message>
        <source>ENVI metadata of the bands</source>
        <translation>波段的 ENVI 元数据</translation>
    </message>
    <message>
        <source>IMAGERY metadata of the bands</source>
        <translation>波段的 IMAGERY 元数据</translation>
    </message>
    <message>
        <source>ENVI header</source>
        <translation>ENVI 头文件</translation>
    </message>
    <message>
        <source>band names</source>
        <translation>波段名称</translation>
    </message>
    <message>
        <source>guessed from the value range</source>
        <translation>由数值范围推测</translation>
    </message>
    <message>
        <source>estimated from the band spacing</source>
        <translation>由波段间隔估计</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>assumed</source>
        <translation>假定</translation>
    </message>
    <message>
        <source>opening the image</source>
        <translation>正在打开影像</translation>
    </message>
    <message>
        <source>opening the images</source>
        <translation>正在打开影像对</translation>
    </message>
    <message>
        <source>aligning the images</source>
        <translation>正在配准影像</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>classifying both dates</source>
        <translation>正在对两个时相分类</translation>
    </message>
    <message>
        <source>learning the scene</source>
        <translation>正在学习场景</translation>
    </message>
    <message>
        <source>spatial cross-validation</source>
        <translation>空间交叉验证</translation>
    </message>
    <message>
        <source>learning from all labels</source>
        <translation>正在从全部标签学习</translation>
    </message>
    <message>
        <source>reading labelled pixels</source>
        <translation>正在读取标签像元</translation>
    </message>
    <message>
        <source>mapping</source>
        <translation>正在制图</translation>
    </message>
    <message>
        <source>looking for chips</source>
        <translation>正在查找切片</translation>
    </message>
    <message>
        <source>reading chips</source>
        <translation>正在读取切片</translation>
    </message>
    <message>
        <source>choosing the heads</source>
        <translation>正在选择分类头</translation>
    </message>
    <message>
        <source>looking for telling places</source>
        <translation>正在查找信息量大的位置</translation>
    </message>
    <message>
        <source>hiding bands</source>
        <translation>正在遮挡波段</translation>
    </message>
    <message>
        <source>reading the map</source>
        <translation>正在读取地图</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>All labels lie outside the scene. Check the coordinate systems of both layers.</source>
        <translation>所有标注都在场景之外。请检查两个图层的坐标系。</translation>
    </message>
    <message>
        <source>There is only one class; at least two are needed.</source>
        <translation>只有一个类别；至少需要两个。</translation>
    </message>
    <message>
        <source>Labels of {} and {} overlap.</source>
        <translation>{} 与 {} 的标签重叠。</translation>
    </message>
    <message>
        <source>Few pixels: {}. Draw at least {} for each class.</source>
        <translation>像元过少：{}。每类请至少绘制 {} 个。</translation>
    </message>
    <message>
        <source>In one place only: {}. Their accuracy cannot be measured; add a second place.</source>
        <translation>仅在一处：{}。无法评价其精度；请添加第二处。</translation>
    </message>
    <message>
        <source>{} features have no class and are not used.</source>
        <translation>{} 个要素没有类别，未使用。</translation>
    </message>
    <message>
        <source>{} labels lie outside the scene and are not used.</source>
        <translation>{} 个标注在场景之外，不会使用。</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>导入标签</translation>
    </message>
    <message>
        <source>Choose another name, or add that file as a layer.</source>
        <translation>请选择其他名称，或将该文件添加为图层。</translation>
    </message>
    <message>
        <source>Make a new labels layer.</source>
        <translation>请新建标签图层。</translation>
    </message>
    <message>
        <source>Use the layer itself as labels instead.</source>
        <translation>请改为直接将该图层用作标签。</translation>
    </message>
    <message>
        <source>{} exists already.</source>
        <translation>{} 已存在。</translation>
    </message>
    <message>
        <source>The labels layer could not be made: {}</source>
        <translation>无法创建标签图层：{}</translation>
    </message>
    <message>
        <source>no class</source>
        <translation>无类别</translation>
    </message>
    <message>
        <source>The layer {} does not take polygons.</source>
        <translation>图层 {} 不接受多边形。</translation>
    </message>
    <message>
        <source>{} and {} do not hold the same kind of geometry.</source>
        <translation>{} 与 {} 的几何类型不同。</translation>
    </message>
    <message>
        <source>{} has no features with a value in {}.</source>
        <translation>{} 没有在 {} 中有值的要素。</translation>
    </message>
    <message>
        <source>The region cannot be brought into the CRS of the labels: {}</source>
        <translation>无法将区域转换到标签的坐标参照系：{}</translation>
    </message>
    <message>
        <source>outside the scene</source>
        <translation>在场景之外</translation>
    </message>
    <message>
        <source>Add two hyperspectral scenes of one place to begin.</source>
        <translation>请先添加同一地点的两个高光谱场景。</translation>
    </message>
    <message>
        <source>Add the scene of the other date.</source>
        <translation>请添加另一日期的场景。</translation>
    </message>
    <message>
        <source>Both layers show the same file. Choose scenes of two dates.</source>
        <translation>两个图层是同一文件。请选择两个日期的场景。</translation>
    </message>
    <message>
        <source>The two scenes do not overlap.</source>
        <translation>两个场景不重叠。</translation>
    </message>
    <message>
        <source>from the file</source>
        <translation>按文件</translation>
    </message>
    <message>
        <source>L1 radiance</source>
        <translation>L1 辐亮度</translation>
    </message>
    <message>
        <source>L2 reflectance</source>
        <translation>L2 反射率</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>核方法</translation>
    </message>
    <message>
        <source>Small network (MLP)</source>
        <translation>小型网络（MLP）</translation>
    </message>
    <message>
        <source>UPerNet (many labels)</source>
        <translation>UPerNet（标签较多时）</translation>
    </message>
    <message>
        <source>Look whether the scene's file is still there.</source>
        <translation>请检查场景文件是否仍然存在。</translation>
    </message>
    <message>
        <source>Band {} could not be read.</source>
        <translation>无法读取波段 {}。</translation>
    </message>
    <message>
        <source>What the sensor measured; of a box the mean and the spread</source>
        <translation>传感器的测量值；矩形为均值和离散度</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>增益</translation>
    </message>
    <message>
        <source>Share of the embedding's weight that a band gets before its values are seen</source>
        <translation>读取数值之前该波段在嵌入权重中所占的份额</translation>
    </message>
    <message>
        <source>Response</source>
        <translation>响应</translation>
    </message>
    <message>
        <source>Share of what really reaches the model at this place</source>
        <translation>在该位置真正进入模型的份额</translation>
    </message>
    <message>
        <source>Content shift</source>
        <translation>内容偏移</translation>
    </message>
    <message>
        <source>How much the image content changed the band's weights; 0: not at all</source>
        <translation>影像内容对该波段权重的改变程度；0：无改变</translation>
    </message>
    <message>
        <source>What the class' probability loses when the bands around are replaced by their local mean</source>
        <translation>将周围波段替换为局部均值后该类别概率的损失</translation>
    </message>
    <message>
        <source>the weight it is given</source>
        <translation>赋予的权重</translation>
    </message>
    <message>
        <source>what counts here</source>
        <translation>在此起作用的</translation>
    </message>
    <message>
        <source>what the image changed</source>
        <translation>影像带来的改变</translation>
    </message>
    <message>
        <source>no access, or no space</source>
        <translation>无权限或空间不足</translation>
    </message>
    <message>
        <source>{} could not be written: {}.</source>
        <translation>无法写出 {}：{}。</translation>
    </message>
    <message>
        <source>Mean, and the spread over the pixels</source>
        <translation>像元的均值和离散度</translation>
    </message>
    <message>
        <source>same at every place</source>
        <translation>各处相同</translation>
    </message>
    <message>
        <source>SpecAware: land cover from hyperspectral scenes</source>
        <translation>SpecAware：高光谱场景土地覆盖制图</translation>
    </message>
    <message>
        <source>land cover</source>
        <translation>土地覆盖</translation>
    </message>
    <message>
        <source>Natural</source>
        <translation>自然色</translation>
    </message>
    <message>
        <source>As the eye sees it: 650, 550, 470 nm</source>
        <translation>人眼所见：650、550、470 nm</translation>
    </message>
    <message>
        <source>CIR</source>
        <translation>CIR</translation>
    </message>
    <message>
        <source>Colour infrared, vegetation in red: 860, 650, 550 nm</source>
        <translation>彩色红外，植被为红色：860、650、550 nm</translation>
    </message>
    <message>
        <source>SWIR</source>
        <translation>SWIR</translation>
    </message>
    <message>
        <source>Short-wave infrared, soil, moisture and burns: 2200, 860, 650 nm</source>
        <translation>短波红外，土壤、水分和火烧迹地：2200、860、650 nm</translation>
    </message>
    <message>
        <source>The file could not be written: {}.</source>
        <translation>无法写出文件：{}。</translation>
    </message>
    <message>
        <source>There is no valid raster layer.</source>
        <translation>没有有效的栅格图层。</translation>
    </message>
    <message>
        <source>Choose a hyperspectral image.</source>
        <translation>请选择高光谱影像。</translation>
    </message>
    <message>
        <source>Save it as a GeoTIFF first.</source>
        <translation>请先另存为 GeoTIFF。</translation>
    </message>
    <message>
        <source>There is no valid labels layer.</source>
        <translation>没有有效的标签图层。</translation>
    </message>
    <message>
        <source>Choose labelled polygons or points.</source>
        <translation>请选择带标签的多边形或点。</translation>
    </message>
    <message>
        <source>The layer {} has no selected features.</source>
        <translation>图层 {} 没有选中的要素。</translation>
    </message>
    <message>
        <source>The layer {} has no features.</source>
        <translation>图层 {} 没有要素。</translation>
    </message>
    <message>
        <source>Draw some labels, or select them.</source>
        <translation>请绘制或选中一些标签。</translation>
    </message>
    <message>
        <source>Save the labels layer as a GeoPackage.</source>
        <translation>请将标签图层另存为 GeoPackage。</translation>
    </message>
    <message>
        <source>The layer {} comes from a service, not from a file.</source>
        <translation>图层 {} 来自服务，而非文件。</translation>
    </message>
    <message>
        <source>The layer {} has no field {}.</source>
        <translation>图层 {} 没有字段 {}。</translation>
    </message>
    <message>
        <source>Its fields are: {}.</source>
        <translation>其字段为：{}。</translation>
    </message>
    <message>
        <source>The labels could not be copied: {}</source>
        <translation>无法复制标签：{}</translation>
    </message>
    <message>
        <source>There is no data at that place.</source>
        <translation>该位置没有数据。</translation>
    </message>
    <message>
        <source>Click inside the scene.</source>
        <translation>请点击场景内部。</translation>
    </message>
    <message>
        <source>Choose .sli or .csv.</source>
        <translation>请选择 .sli 或 .csv。</translation>
    </message>
    <message>
        <source>its lines are not of one length</source>
        <translation>各行长度不同</translation>
    </message>
    <message>
        <source>it has no header</source>
        <translation>没有头文件</translation>
    </message>
    <message>
        <source>it is cut off</source>
        <translation>文件不完整</translation>
    </message>
    <message>
        <source>The spectra come from sensors with different bands; a library has one set of bands.</source>
        <translation>这些光谱来自波段不同的传感器；一个光谱库只有一组波段。</translation>
    </message>
    <message>
        <source>Remove those of other scenes, and write one file for each sensor.</source>
        <translation>请移除其他场景的光谱，并为每个传感器写一个文件。</translation>
    </message>
    <message>
        <source>names, wavelengths and values do not fit together</source>
        <translation>名称、波长和数值不相符</translation>
    </message>
    <message>
        <source>Libraries are ENVI .sli files with their .hdr, or CSV files with a line a spectrum.</source>
        <translation>光谱库为带 .hdr 的 ENVI .sli 文件，或每行一条光谱的 CSV 文件。</translation>
    </message>
    <message>
        <source>A library cannot be written as {}.</source>
        <translation>无法将光谱库写为 {}。</translation>
    </message>
    <message>
        <source>spectrum {}</source>
        <translation>光谱 {}</translation>
    </message>
    <message>
        <source>{} is not a spectral library: {}.</source>
        <translation>{} 不是光谱库：{}。</translation>
    </message>
    <message>
        <source>Choose another library.</source>
        <translation>请选择其他光谱库。</translation>
    </message>
    <message>
        <source>The library, {:.0f} to {:.0f} nm, shares too few bands with the spectrum.</source>
        <translation>光谱库（{:.0f} 至 {:.0f} nm）与该光谱的共有波段过少。</translation>
    </message>
    <message>
        <source>Choose a place inside the scene.</source>
        <translation>请在场景内选择位置。</translation>
    </message>
    <message>
        <source>The wavelengths of the scene are not known yet.</source>
        <translation>场景的波长尚未知。</translation>
    </message>
    <message>
        <source>Wait a moment, or look at the page Data.</source>
        <translation>请稍候，或查看“数据”页。</translation>
    </message>
    <message>
        <source>There is no data at {}.</source>
        <translation>{} 处没有数据。</translation>
    </message>
</context>
</TS>
