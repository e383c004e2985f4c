package therapy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"trialfinder/matcher/therapy"
)

// study builds an invented study: a title, then "TYPE: name | description" per
// intervention, all in one experimental arm.
func study(title string, interventions ...string) therapy.Study {
	s := therapy.Study{StudyType: "INTERVENTIONAL", BriefTitle: title}
	for _, v := range interventions {
		kind, rest, _ := strings.Cut(v, ": ")
		name, description, _ := strings.Cut(rest, " | ")
		s.Interventions = append(s.Interventions, therapy.Intervention{Type: kind, Name: name, Description: description})
	}
	return s
}

// withArms puts interventions, by number, into arms: "EXPERIMENTAL new: 0 1".
func withArms(s therapy.Study, arms ...string) therapy.Study {
	for _, a := range arms {
		head, members, _ := strings.Cut(a, ": ")
		kind, label, _ := strings.Cut(head, " ")
		s.Arms = append(s.Arms, therapy.Arm{Type: kind, Label: label})
		for _, m := range strings.Fields(members) {
			v := &s.Interventions[m[0]-'0']
			v.ArmLabels = append(v.ArmLabels, label)
		}
	}
	return s
}

type scenario struct {
	name  string
	study therapy.Study
	want  []string // "id role subtype"
}

func run(t *testing.T, tests []scenario) {
	t.Helper()
	c := classifier(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range c.Classify(tt.study) {
				got = append(got, strings.TrimSpace(l.ID+" "+string(l.Role)+" "+l.Subtype))
				if len(l.Evidence) == 0 {
					t.Errorf("%s: no evidence", l.ID)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Classify(%q) (-want +got):\n%s", tt.study.BriefTitle, diff)
			}
		})
	}
}

func TestWhatIsGiven(t *testing.T) {
	run(t, []scenario{
		{"a checkpoint antibody by its INN", study("Adjuvant Treatment of Kidney Cancer", "DRUG: Pembrolizumab 200 mg"), []string{"checkpoint tested pd1"}},
		{"by a company code in another spelling", study("A Dose Study", "DRUG: MK3475"), []string{"checkpoint tested pd1"}},
		{"a PD-1 x VEGF bispecific is a checkpoint, not an antibody", study("Lung Cancer Study", "DRUG: AK112"), []string{"checkpoint tested pd1_vegf"}},
		{"a blocker of CD47", study("Study in AML", "BIOLOGICAL: Magrolimab"), []string{"checkpoint tested cd47"}},
		{"a blocker of ILT4", study("Study in Solid Tumours", "DRUG: MK-4830"), []string{"checkpoint tested ilt4"}},
		{"a small molecule against PD-L1", study("Study in Solid Tumours", "DRUG: INCB086550"), []string{"checkpoint tested pdl1"}},
		{"a mechanism in the description of an unknown code", study("First in Human Study of ZZ-9001", "DRUG: ZZ-9001 | ZZ-9001 is a fully human anti-TIGIT monoclonal antibody."), []string{"checkpoint tested tigit"}},
		{"an agonist alone is an antibody", study("Study of an Agonist", "DRUG: Urelumab"), []string{"antibody tested naked"}},
		{"CAR-T cells", study("Lymphoma Study", "BIOLOGICAL: CD19 CAR-T cells"), []string{"t_cell tested car_t"}},
		{"the stem -leucel", study("Myeloma Study", "BIOLOGICAL: Novacabtagene autoleucel"), []string{"t_cell tested"}},
		{"tumour-infiltrating lymphocytes", study("Melanoma Study", "BIOLOGICAL: Tumour-infiltrating lymphocytes"), []string{"t_cell tested til"}},
		{"virus-specific T cells", study("After Transplant", "BIOLOGICAL: CMV-specific T cells"), []string{"t_cell tested virus_specific"}},
		{"gamma delta T cells in Greek letters", study("Liver Cancer", "BIOLOGICAL: γδT cells"), []string{"t_cell tested gamma_delta"}},
		{"CIK cells", study("Stomach Cancer", "BIOLOGICAL: CIK"), []string{"t_cell tested cik"}},
		{"LAK cells", study("Glioma", "BIOLOGICAL: LAK cells"), []string{"t_cell tested lak"}},
		{"donor lymphocytes", study("Relapsed Leukaemia", "BIOLOGICAL: Donor Lymphocyte Infusion"), []string{"t_cell tested donor_lymphocytes"}},
		{"regulatory T cells", study("Kidney Graft", "BIOLOGICAL: Autologous Tregs"), []string{"t_cell tested treg"}},
		{"NK cells", study("AML Study", "BIOLOGICAL: Haploidentical NK cells"), []string{"nk tested"}},
		{"a product of NK cells by its code", study("Ovarian Cancer", "DRUG: FT516"), []string{"nk tested nk"}},
		{"CAR-NK cells are no T cells", study("Lymphoma", "BIOLOGICAL: CD19 CAR-NK cells"), []string{"nk tested car_nk"}},
		{"NKT cells are T cells", study("Lung Cancer", "BIOLOGICAL: iNKT cells"), []string{"t_cell tested nkt"}},
		{"mesenchymal cells with their source", study("Knee Study", "BIOLOGICAL: Umbilical cord mesenchymal stem cells"), []string{"msc tested umbilical_cord"}},
		{"exosomes of mesenchymal cells", study("Lung Injury", "BIOLOGICAL: MSC-derived exosomes"), []string{"msc tested exosome"}},
		{"the stem -strocel", study("Fistula Study", "DRUG: Novadstrocel"), []string{"msc tested"}},
		{"mesenchymal cells that only the title tells", study("Mesenchymal Stem Cells for Stroke", "BIOLOGICAL: QQ-77 | intravenous"), []string{"msc tested"}},
		{"a dendritic-cell vaccine is both", study("Glioblastoma", "BIOLOGICAL: Autologous dendritic cell vaccine"), []string{"dendritic tested dendritic_cell_vaccine", "vaccine tested dendritic_cell_vaccine"}},
		{"tolerogenic dendritic cells are no vaccine", study("Diabetes", "BIOLOGICAL: Tolerogenic dendritic cells"), []string{"dendritic tested"}},
		{"DC-CIK", study("Lung Cancer", "BIOLOGICAL: DC/CIK"), []string{"dendritic tested", "t_cell tested"}},
		{"a peptide vaccine in cancer", study("Melanoma Study", "BIOLOGICAL: Peptide vaccine"), []string{"vaccine tested peptide"}},
		{"an mRNA cancer vaccine by its code", study("Melanoma Study", "BIOLOGICAL: mRNA-4157"), []string{"vaccine tested mrna"}},
		{"an interleukin", study("Kidney Cancer", "DRUG: Aldesleukin"), []string{"cytokine tested il2"}},
		{"an interleukin fusion", study("Melanoma", "DRUG: Bempegaldesleukin"), []string{"cytokine tested il2"}},
		{"an interferon for hepatitis", study("Chronic Hepatitis C", "DRUG: Peginterferon alfa-2a"), []string{"cytokine tested interferon"}},
		{"the stem -mab", study("A Study in Eczema", "DRUG: Novelizumab"), []string{"antibody tested"}},
		{"a conjugate", study("Breast Cancer", "DRUG: Trastuzumab deruxtecan"), []string{"antibody tested adc"}},
		{"a T-cell engager is an antibody", study("Leukaemia", "DRUG: Blinatumomab"), []string{"antibody tested bispecific"}},
		{"an engager told by its mechanism", study("Study of YY-301", "DRUG: YY-301 | a bispecific T-cell engager"), []string{"antibody tested"}},
		{"an oncolytic virus", study("Melanoma", "BIOLOGICAL: Talimogene laherparepvec"), []string{"oncolytic tested herpes"}},
		{"transplantation", study("Myeloma", "PROCEDURE: Autologous stem cell transplantation"), []string{"hsct tested autologous"}},
		{"gene therapy", study("Haemophilia", "GENETIC: Etranacogene dezaparvovec"), []string{"gene tested aav"}},
		{"gene-edited stem cells", study("Sickle Cell Disease", "GENETIC: exa-cel"), []string{"gene tested gene_edited"}},
		{"an antibody told by what it binds", study("First in Human Study of ZZ-9002", "DRUG: ZZ-9002 | ZZ-9002 is an anti-CCR8 antibody."), []string{"antibody tested"}},
		{"beside a blocker too", study("Study of an Anti-CCR8 Antibody", "BIOLOGICAL: Humanized anti-CCR8 monoclonal antibody", "DRUG: Nivolumab"), []string{"antibody tested", "checkpoint combined pd1"}},
		{"a blocker's long name is no second antibody", study("Solid Tumours", "DRUG: Recombinant anti-PD-1 humanized monoclonal antibody"), []string{"checkpoint tested pd1"}},
		{"the stem -tug", study("A Study in Asthma", "DRUG: Novelitug"), []string{"antibody tested"}},
		{"a slip in a name", study("Lung Cancer", "DRUG: Permbrolizumab"), []string{"checkpoint tested pd1"}},
		{"another antibody with a name of its own", study("Hives", "DRUG: Quorvizumab"), []string{"antibody tested"}},
		{"dendritic cells that carry an antigen are a vaccine", study("Prostate Cancer", "BIOLOGICAL: Autologous dendritic cells transfected with tumor RNA"), []string{"dendritic tested", "vaccine tested dendritic_cell_vaccine"}},
		{"the gene of an interleukin", study("Melanoma", "BIOLOGICAL: IL-12 plasmid"), []string{"gene tested"}},
		{"an interleukin's gene in brackets", study("Prostate Cancer", "BIOLOGICAL: Interleukin-2 (IL-2) plasmid DNA"), []string{"gene tested"}},
		{"lymphocytes by their marker", study("Infusion of Activated CD8+ Lymphocytes in Cancer", "DRUG: Cells"), []string{"t_cell tested"}},
		{"cells by their dose", study("After Transplantation in Leukemia", "OTHER: Donor lymphocyte infusion | with more than 10e7 NK cells/kg"), []string{"nk tested", "t_cell tested donor_lymphocytes"}},
		{"a graft whose genes the title tells", study("Gene Therapy of HIV Lymphoma", "DRUG: Autologous hematopoietic stem cell transplantation"), []string{"gene tested", "hsct tested autologous"}},
		{"a Danish name", study("Modermærkekræft", "BIOLOGICAL: tumorinfiltrerende lymfocytter (TIL)"), []string{"t_cell tested til"}},
		{"a French name", study("Arthrose du genou", "BIOLOGICAL: cellules souches mésenchymateuses"), []string{"msc tested"}},
		{"a Dutch name", study("Kniestudie", "BIOLOGICAL: mesenchymale stamcellen"), []string{"msc tested"}},
		{"a Chinese name", study("肺癌研究", "BIOLOGICAL: 自然杀伤细胞"), []string{"nk tested"}},
		{"expanded access gives", func() therapy.Study {
			s := study("Access to a Product", "DRUG: Darvadstrocel")
			s.StudyType = "EXPANDED_ACCESS"
			return s
		}(), []string{"msc tested adipose"}},
	})
}

func TestWhatIsNotGiven(t *testing.T) {
	run(t, []scenario{
		{"T-cell lymphoma", study("Drug X in Peripheral T-Cell Lymphoma", "DRUG: Romidepsin"), nil},
		{"NK/T-cell lymphoma", study("Chemotherapy for Extranodal NK/T-Cell Lymphoma", "DRUG: Pegaspargase"), nil},
		{"a mesenchymal tumour", study("Drug X for Mesenchymal Chondrosarcoma", "DRUG: Sorafenib"), nil},
		{"a transition", study("Epithelial-Mesenchymal Transition under Drug X", "DRUG: Metformin"), nil},
		{"PD-L1 PET", study("PD-L1 PET Imaging in Lung Cancer", "DIAGNOSTIC_TEST: 89Zr-atezolizumab PET"), nil},
		{"a labelled antibody given as a drug", study("Tracer Study", "DRUG: 89Zr-trastuzumab"), nil},
		{"PD-L1 expression", study("Chemotherapy in PD-L1 Positive Cancer", "DRUG: Docetaxel | for tumours with PD-L1 expression"), nil},
		{"prior PD-1 therapy", study("Drug X After Prior Anti-PD-1 Therapy", "DRUG: Axitinib | for patients refractory to anti-PD-1 antibody"), nil},
		{"standard PD-1 therapy as background", study("Drug X in Melanoma", "DRUG: Metformin | beyond standard PD-1 therapy"), nil},
		{"an NK-1 antagonist", study("Nausea", "DRUG: Aprepitant | an NK-1 receptor antagonist"), nil},
		{"a code that begins with NK", study("Lipids", "DRUG: Statin (NK-104)"), nil},
		{"microsatellites", study("Chemotherapy in Microsatellite Stable Cancer", "DRUG: Regorafenib"), nil},
		{"lymphocytes as a marker", study("Chemotherapy and TIL Score in Breast Cancer", "DRUG: Epirubicin | TIL density is measured"), nil},
		{"antiretroviral therapy", study("Effects of Intensive cART in HIV", "DRUG: Raltegravir"), nil},
		{"an antibody against a drug", study("Stopping Rules", "DRUG: Insulin | an anti-drug antibody is measured"), nil},
		{"an antibody that is a marker", func() therapy.Study {
			s := study("Cells for Epilepsy", "PROCEDURE: Regenerative cells")
			s.Keywords = []string{"anti-GAD65 antibody"}
			return s
		}(), nil},
		{"mobilisation", study("Stem Cell Mobilization with Drug X", "DRUG: Plerixafor"), nil},
		{"recipients of a transplant", study("Antifungals in Hematopoietic Stem Cell Transplant Recipients", "DRUG: Posaconazole"), nil},
		{"treatment after a transplant", study("Drug X After Allogeneic Stem Cell Transplantation", "DRUG: Sorafenib"), nil},
		{"stroma studied in vitro", study("Metformin and Bone Cells", "DRUG: Metformin | effect on mesenchymal stem cell function in vitro"), nil},
		{"stromal vascular fraction", study("Fat for Knees", "PROCEDURE: Stromal vascular fraction injection | contains MSCs"), nil},
		{"marrow concentrate", study("Marrow for Hips", "PROCEDURE: Bone marrow aspirate concentrate | rich in mesenchymal stem cells"), nil},
		{"micro-fragmented fat", study("Fat for Knees", "DEVICE: Micro-fragmented adipose tissue | holds MSCs"), nil},
		{"receptor-Fc fusions", study("Arthritis", "DRUG: Abatacept (CTLA4-Ig)"), nil},
		{"antithymocyte globulin", study("Kidney Graft", "DRUG: Anti-T-lymphocyte globulin"), nil},
		{"an interleukin receptor antagonist", study("Gout", "DRUG: Anakinra | interleukin-1 receptor antagonist"), nil},
		{"GM-CSF", study("Melanoma", "DRUG: Sargramostim"), nil},
		{"a vaccine against an infection", study("Influenza Vaccination in Cancer Patients", "BIOLOGICAL: Influenza vaccine"), nil},
		{"a prophylactic HPV vaccine", study("Immunogenicity of a Quadrivalent HPV Vaccine Against Cervical Cancer", "BIOLOGICAL: Gardasil vaccine"), nil},
		{"a therapeutic HIV vaccine", study("Therapeutic Vaccination in HIV", "BIOLOGICAL: HIV peptide vaccine"), nil},
		{"an interferon assay", study("Tuberculosis", "DRUG: Isoniazid | after an interferon-gamma release assay"), nil},
		{"an interleukin as an outcome", study("Effect of Ketamine on Interleukin-6 in Surgery", "DRUG: Ketamine"), nil},
		{"complications of checkpoint inhibitors", study("Steroids for Immune Checkpoint Inhibitor Colitis", "DRUG: Prednisone"), nil},
		{"a placebo", withArms(study("Drug X", "DRUG: Drug X", "DRUG: Placebo matching pembrolizumab"), "EXPERIMENTAL a: 0", "PLACEBO_COMPARATOR b: 1"), nil},
		{"cells that are to be depleted", study("Cyclophosphamide", "DRUG: Cyclophosphamide | administered to deplete regulatory T cells"), nil},
		{"a cell count", study("Raltegravir in People With 500 CD4+ T Cells/mm3", "DRUG: Raltegravir"), nil},
		{"a switch from a drug", study("Switch From Emicizumab to Drug Y", "DRUG: Drug Y"), nil},
		{"an abbreviation of what is taken away", study("Drug X After Hematopoietic Stem Cell Transplantation (HSCT)", "DRUG: Sorafenib"), nil},
		{"dementia complex", study("Zidovudine in AIDS Dementia Complex (ADC)", "DRUG: Zidovudine"), nil},
		{"a blocker as the binding part of a cell", study("Lung Cancer", "BIOLOGICAL: Macrophages with PD-1 knockout"), nil},
		{"an observational study", func() therapy.Study {
			s := study("People Treated with Nivolumab", "DRUG: Nivolumab")
			s.StudyType = "OBSERVATIONAL"
			return s
		}(), nil},
		{"a follow-up study", study("Long-Term Follow-up of Participants Treated with Gene-Modified T Cells", "GENETIC: CAR-T cells"), nil},
		{"eligibility is not read at all", therapy.Study{StudyType: "INTERVENTIONAL", BriefTitle: "Exercise in Lung Cancer"}, nil},
		{"a behavioural intervention", study("Counselling", "BEHAVIORAL: Talk about CAR-T cells"), nil},
		{"nothing", therapy.Study{}, nil},
	})
}

func TestRole(t *testing.T) {
	run(t, []scenario{
		{"only the control arm gets it", withArms(study("Drug X Versus Nivolumab", "DRUG: Drug X", "DRUG: Nivolumab"), "EXPERIMENTAL a: 0", "ACTIVE_COMPARATOR b: 1"),
			[]string{"checkpoint comparator pd1"}},
		{"a new drug with a standard partner", withArms(study("ABC-1234 in Solid Tumours", "DRUG: ABC-1234", "DRUG: Pembrolizumab"), "EXPERIMENTAL a: 0 1"),
			[]string{"checkpoint combined pd1"}},
		{"named second in the title", withArms(study("Axitinib in Combination With Avelumab", "DRUG: Axitinib", "DRUG: Avelumab"), "EXPERIMENTAL a: 0 1"),
			[]string{"checkpoint combined pdl1"}},
		{"named first in the title", withArms(study("Avelumab Plus Axitinib", "DRUG: Axitinib", "DRUG: Avelumab"), "EXPERIMENTAL a: 0 1"),
			[]string{"checkpoint tested pdl1"}},
		{"chemotherapy is no rival", withArms(study("Chemoradiation Plus Durvalumab", "DRUG: Durvalumab", "DRUG: Cisplatin"), "EXPERIMENTAL a: 0 1"),
			[]string{"checkpoint tested pdl1"}},
		{"all arms get it", withArms(study("Vibostolimab With Pembrolizumab", "DRUG: Drug Y", "DRUG: Pembrolizumab"), "EXPERIMENTAL a: 0 1", "ACTIVE_COMPARATOR b: 1"),
			[]string{"checkpoint combined pd1"}},
		{"all arms get cells, one a drug too", withArms(study("Drug Y After CAR-T", "DRUG: Drug Y", "BIOLOGICAL: CD19 CAR-T cells"), "EXPERIMENTAL a: 0 1", "PLACEBO_COMPARATOR b: 1"),
			[]string{"t_cell combined car_t"}},
		{"all arms get one blocker, one arm another too", withArms(study("Drug Y and Fianlimab Added to Cemiplimab", "DRUG: Drug Y", "DRUG: Fianlimab", "DRUG: Cemiplimab"), "EXPERIMENTAL a: 0 1 2", "ACTIVE_COMPARATOR b: 2"),
			[]string{"checkpoint tested lag3"}},
		{"doses of one drug are all tested", withArms(study("Two Doses of Ipilimumab", "DRUG: Ipilimumab 3 mg/kg", "DRUG: Ipilimumab 10 mg/kg"), "EXPERIMENTAL a: 1", "ACTIVE_COMPARATOR b: 0"),
			[]string{"checkpoint tested ctla4"}},
		{"the title goes before what is said of a control arm", therapy.Study{
			BriefTitle:    "Mesenchymal Stem Cells for Dry Mouth",
			Interventions: []therapy.Intervention{{Type: "BIOLOGICAL", Name: "Cells", ArmLabels: []string{"a"}}, {Type: "OTHER", Name: "Placebo", ArmLabels: []string{"b"}}},
			Arms: []therapy.Arm{
				{Label: "a", Type: "EXPERIMENTAL"},
				{Label: "b", Type: "PLACEBO_COMPARATOR", Description: "Saline instead, later mesenchymal stem cells are offered."},
			},
		}, []string{"msc tested"}},
		{"no arms", study("Nivolumab for Melanoma", "DRUG: Nivolumab"), []string{"checkpoint tested pd1"}},
		{"active arms without an experimental one are tested", withArms(study("Infliximab Schedules", "DRUG: Infliximab"), "ACTIVE_COMPARATOR a: 0"),
			[]string{"antibody tested naked"}},
		{"interleukin with cells", study("TIL Therapy for Melanoma", "BIOLOGICAL: TIL therapy", "DRUG: Aldesleukin", "DRUG: Cyclophosphamide"),
			[]string{"t_cell tested til", "cytokine combined il2"}},
		{"an antibody with NK cells", study("NK Cell Infusion With Rituximab", "BIOLOGICAL: NK cell infusion", "DRUG: Rituximab"),
			[]string{"nk tested", "antibody combined anti_cd20"}},
		{"a transplantation for the sake of cells that the title names first", study("NK Cells After Allogeneic Stem Cell Transplantation in Leukemia", "BIOLOGICAL: NK cell infusion", "PROCEDURE: Allogeneic stem cell transplantation"),
			[]string{"nk tested", "hsct combined allogeneic"}},
		{"a transplantation that the title names first", study("Stem Cell Transplantation and Donor Lymphocytes in Leukemia", "PROCEDURE: Allogeneic stem cell transplantation", "BIOLOGICAL: Donor lymphocyte infusion"),
			[]string{"hsct tested allogeneic", "t_cell tested donor_lymphocytes"}},
		{"a partner that only the title names", study("ZY-100 With or Without Nivolumab in Cancer", "DRUG: ZY-100"), []string{"checkpoint combined pd1"}},
		{"order: tested, combined, comparator, then id", withArms(study("CAR-T Cells Versus Standard Therapy", "BIOLOGICAL: CAR-T cells", "DRUG: Interleukin-2", "PROCEDURE: Autologous stem cell transplantation | for lymphoma"), "EXPERIMENTAL a: 0 1", "ACTIVE_COMPARATOR b: 2"),
			[]string{"t_cell tested car_t", "cytokine combined il2", "hsct comparator autologous"}},
		{"arms that name their interventions", therapy.Study{
			BriefTitle:    "Drug X Versus Nivolumab",
			Interventions: []therapy.Intervention{{Type: "DRUG", Name: "Drug X"}, {Type: "DRUG", Name: "Nivolumab"}},
			Arms: []therapy.Arm{
				{Label: "a", Type: "EXPERIMENTAL", Interventions: []string{"Drug: Drug X"}},
				{Label: "b", Type: "ACTIVE_COMPARATOR", Interventions: []string{"Drug: Nivolumab"}},
			},
		}, []string{"checkpoint comparator pd1"}},
	})
}

func TestEvidence(t *testing.T) {
	s := withArms(study("A Study of Opdivo®", "DRUG: BMS-936558"), "EXPERIMENTAL Nivolumab 3 mg/kg: 0")
	s.Interventions[0].OtherNames = []string{"ONO4538"}
	want := []therapy.Label{{ID: "checkpoint", Role: therapy.Tested, Subtype: "pd1", Evidence: []therapy.Evidence{
		{Field: "interventions.name", Text: "BMS-936558"},
		{Field: "interventions.otherNames", Text: "ONO4538"},
		{Field: "armGroups.label", Text: "Nivolumab"},
		{Field: "briefTitle", Text: "Opdivo"},
	}}}
	if diff := cmp.Diff(want, classifier(t).Classify(s)); diff != "" {
		t.Errorf("Classify (-want +got):\n%s", diff)
	}
}
